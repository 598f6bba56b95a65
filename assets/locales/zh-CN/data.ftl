# 从数据文件到项目。

dialog-close = 关闭
dialog-cancel = 取消

browser-data = 打开数据
browser-data-about = CSV 文件：每行一个样本，每列一个属性。
browser-project = 打开项目
browser-project-about = 项目就是包含 project.toml 的文件夹。
browser-projects-folder = 项目文件夹
browser-elsewhere = 将运行另存到其他位置
browser-elsewhere-about = 将在此文件夹中建立项目副本，包含这个运行、它的曲线以及当前步的检查点。
browser-curves = 导入曲线
browser-curves-about = TensorBoard 为一条曲线、Weights & Biases 为一张图或一次运行的历史、或 Trainyard 为一次运行导出的 CSV 文件。
browser-projects-folder-about = 打开的示例和新建的项目都会保存在这里。
browser-path = 路径
browser-path-hint = 输入或粘贴路径
browser-open = 打开
browser-up = 上一级文件夹
browser-nothing = 这里没有可以打开的内容
browser-missing = “{ $path }”处没有可以打开的内容。
browser-unreadable = 无法读取这个文件夹：{ $cause }
browser-use-folder = 使用这个文件夹

new-project = 新建项目
new-project-reading = 正在读取 { $file }…
new-project-other-file = 选择其他文件…
new-project-size = { $rows } 行 · { $columns } 列
new-project-header = 第一行是列名
new-project-target = 预测目标
new-project-target-hint = 模型要根据其他列学会预测的那一列。
new-project-choose = 选择一列
new-project-predict = 预测“{ $column }”
new-project-task = 任务
task-classification-hint = 结果是几个类别之一。
task-regression-hint = 结果是一个数值。
task-language-modeling-hint = 文本的下一个词元。
task-tagging-hint = 每个词的标签。
task-translation-hint = 同一内容的另一种语言。
task-reconstruction-hint = 经过压缩后还原整行。
new-project-name = 项目名称
new-project-place = 保存在 { $folder }
new-project-create = 创建项目

column-number = 数值
column-category = 类别
column-text = 文本
column-target = 预测目标
column-gaps = { $gaps } 个缺失
column-distinct = { $n } 种取值

unsaved = 要保存更改吗？
unsaved-about = 尚未保存：{ $experiments }
unsaved-save = 保存
unsaved-discard = 放弃更改
found = 上次有未保存的更改
found-about = 上次退出前没有保存。恢复后作为一步操作，可以撤销。
found-take = 恢复更改
found-drop = 丢弃

closing = 正在训练
closing-about = 在后台会继续训练，下次打开窗口时曲线完整无缺；暂停后，可以随时从同一步接着训练；停止则到此为止，在测试集上评估并保留学到的内容。
closing-keep = 在后台继续训练
closing-pause = 暂停并关闭
closing-stop = 停止并关闭
