# 每个界面共有的部分。

## 各阶段及其用途

stage-data = 数据
stage-data-purpose = 在这里查看和清洗数据，决定模型能看到什么。
stage-model = 模型
stage-model-purpose = 一层一层搭建模型，形状随时检查。
stage-train = 训练
stage-train-purpose = 开始训练，看着模型一步步学会。
stage-compare = 对比
stage-compare-purpose = 在这里并排比较多次训练的设置、曲线和结果。
stage-evaluate = 评估
stage-evaluate-purpose = 在这里逐行、逐类查看模型错在哪里。
stage-inspect = 透视
stage-inspect-purpose = 在这里看进模型内部：训练中任意时刻的激活、注意力和梯度。
stage-try = 试用
stage-try-purpose = 在这里给模型一条新数据，看它怎么判断。
stage-ship = 交付
stage-ship-purpose = 在这里把模型导出成其他程序可以直接运行的文件。

## 命令

command-palette = 搜索命令…
command-open-data = 打开数据…
command-open-project = 打开项目…
command-gallery = 首页
command-save = 保存实验
command-undo = 撤销
command-redo = 重做
command-undo-named = 撤销：{ $edit }
command-redo-named = 重做：{ $edit }
command-templates = 从一个网络开始…
command-model-text = 显示或隐藏模型文本
command-copy-pytorch = 复制为 PyTorch 代码
command-copy-keras = 复制为 Keras 代码
command-copy-candle = 复制为 candle 代码
command-train = 开始训练
command-pause-or-resume = 暂停或继续
command-stop = 停止并保留
command-train-more = 再训练 10 轮
command-stage-data = 转到数据
command-stage-model = 转到模型
command-stage-train = 转到训练
command-stage-compare = 转到对比
command-stage-evaluate = 转到评估
command-stage-inspect = 转到透视
command-stage-try = 转到试用
command-stage-ship = 转到交付
command-switch-language = Switch to English
command-switch-theme = 切换深色 / 浅色主题
command-projects-folder = 更改项目文件夹…

palette-button = 搜索命令
palette-hint = 输入命令名称
palette-nothing = 没有匹配的命令

## 顶栏

experiment = 实验
project-unsaved = 有未保存的更改
language = 语言
theme-to-light = 浅色主题
theme-to-dark = 深色主题

pill-run = 运行 { $run }
pill-running = 训练中
pill-paused = 已暂停
pill-queued = 排队中
pill-loss = 损失
pill-go = 查看这次运行

## 角落里的消息

toast-saved = 已保存“{ $experiment }”
toast-finished = 运行 { $run } 已完成
toast-searched = 搜索 { $search } 已完成：共 { $trials } 次试验
toast-stopped = 运行 { $run } 已停止，学到的内容已保留
toast-code = 模型已作为 { $framework } 代码复制到剪贴板
toast-no-nodes = 剪贴板里没有模型节点
toast-branched = 运行 { $run } 从运行 { $parent } 的第 { $step } 步继续
toast-branched-fresh = 运行 { $run } 从运行 { $parent } 的第 { $step } 步继续。{ $names } 以及优化器重新开始
toast-busy = 引擎正忙，请稍后再试。
toast-dropped = 请拖入 CSV 文件或项目文件夹
toast-dismiss = 关闭消息
toast-copy-details = 复制详细信息
toast-undo = 撤销
toast-deleted = 已移入回收站的运行：{ $count }
toast-saved-elsewhere = 运行 { $run } 已保存到 { $folder }，可在那里继续
toast-imported = 已导入曲线的运行：{ $count } 个
toast-exported = 已写入 { $file }
toast-too-many-runs = 超过 100 条曲线就难以分辨，请先隐藏一些。

drop-here = 松开鼠标，用这个 CSV 文件新建项目
