# 终端里的文字。
cli-error = 错误：{ $message }
cli-no-display = 没有可用的显示器
cli-no-window = 无法打开窗口（{ $cause }），改为在终端中训练 digits 示例。其他用法见 `trainyard --help`。
cli-examples = 示例（trainyard train 名称）：
cli-projects = { $folder } 中的项目：
cli-runs = { $runs } 次运行
cli-training = 正在训练 { $project } 的“{ $experiment }”，位置：{ $folder }
cli-loss = 损失 { $value }
cli-validation-loss = 验证集 { $value }
cli-validation-accuracy = 准确率 { $value }
cli-validation-r2 = R² { $value }
cli-stopping = 完成当前步后停止，已学到的内容会保留。再按一次 Ctrl+C 立即退出。
cli-ended = 运行 { $run }：{ $state } · 用时 { $seconds } 秒 · 每秒 { $rate } 个样本 · { $parameters } 个参数
cli-test = 测试集（{ $rows } 行）：
cli-confusion = 混淆矩阵（行为真实类别，列为预测类别）：
