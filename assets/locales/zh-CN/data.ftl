# 从数据文件到项目。

dialog-close = 关闭
dialog-cancel = 取消

browser-data = 打开数据
browser-data-about = 表格、文本、压缩包，或存放图片、音频的文件夹：每行或每个文件是一个样本。
browser-project = 打开项目
browser-project-about = 项目就是包含 project.toml 的文件夹。
browser-projects-folder = 项目文件夹
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
new-project-other-file = 选择其他数据…
new-project-size = { $rows } 行 · { $columns } 列
new-project-header = 第一行是列名
new-project-target = 预测目标
new-project-target-hint = 模型要根据其他列学会预测的那一列。
new-project-target-gaps = 有 { $gaps } 行缺少该列的值，将被跳过。
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

reading-delimiter = 分隔符
reading-comma = 逗号
reading-semicolon = 分号
reading-tab = 制表符
reading-pipe = 竖线
reading-encoding = 编码
reading-type = “{ $column }”的类型
reading-split = 按“{ $column }”列划分
reading-faults = 有 { $count } 行或文件被跳过或修正
reading-faults-first = 仅列出前 { $count } 项。

format-delimited = 文本表格
format-json-lines = JSON Lines
format-parquet = Parquet
format-excel = Excel
format-numpy = NumPy
format-idx = IDX 图片
format-cifar = CIFAR 图片
format-text = 纯文本
format-pairs = 双语文本
format-conll = 标注文本
format-images = 图片
format-audio = 音频

column-number = 数值
column-category = 类别
column-text = 文本
column-tokens = 词序列
column-tags = 标签序列
column-image = 图片
column-audio = 音频
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

# 数据界面
data-filter = 筛选行
    .hint = 用空格隔开若干个词或列条件，全部满足的行才会显示。age>=30、city=北京 比较取值，review:好吃 查找包含的内容，age= 查找缺失值，前面加 - 表示排除，"带空格的词" 用引号括起来。
data-filter-hint = 筛选：词语、age>=30、city=北京、-review:难吃
data-filter-off = 显示全部行
data-rows = { $rows } 行
data-rows-of = 共 { $rows } 行，显示 { $shown } 行
data-as-grid = 图片
data-as-table = 表格
data-overview = 总览
data-column = 查看“{ $column }”
data-sort = 按“{ $column }”排序
data-missing = 缺失 { $share }
data-fact-rows = 行数
data-fact-columns = 列数
data-fact-gaps = 缺失值
data-fact-distinct = 不同取值
data-fact-mean = 平均值
data-fact-deviation = 标准差
data-fact-least = 最小值
data-fact-low = 25% 分位
data-fact-median = 中位数
data-fact-high = 75% 分位
data-fact-most = 最大值
data-fact-outliers = 离群值
data-lengths = 取值的长度分布
data-top = 最常见的取值
data-related = 相关的列
    .hint = 皮尔逊相关系数：+1 表示同升同降，−1 表示此升彼降，0 表示没有线性关系。
data-splits = 数据划分
    .hint = 模型用训练集学习，用验证集观察效果，最后用从未见过的测试集检验一次。
data-split-training = 训练集
data-split-validation = 验证集
data-split-test = 测试集
data-balance = 类别分布
    .hint = 样本很少的类别容易被模型忽略，而准确率会掩盖这一点。
data-correlations = 相关性
    .hint = 每个方格是一对数值列：蓝色表示同升同降，橙色表示此升彼降。

# 数据中的问题
data-health = 值得留意
    .hint = 最容易毁掉第一个模型的问题，在浪费一小时之前就能看到。
finding-show = 查看：{ $finding }
finding-show-short = 查看
finding-leaks = 验证集或测试集中有 { $rows } 行也出现在训练集里
    .hint = 模型已经见过这些行，结果会显得比实际更好。请删除重复行，或让它们只出现在一个划分中。
finding-conflicts = 有 { $rows } 行除目标外完全相同
    .hint = 任何模型都无法全部答对。请修正目标，或增加能区分它们的列。
finding-duplicates = 有 { $rows } 行与前面的行重复
    .hint = 它们会被重复计算，还可能同时出现在两个划分里。
finding-telltale = “{ $column }”几乎直接给出了答案
    .hint = 模型只会看这一列，学不到别的。如果预测时并不知道它的值，请在 project.toml 中忽略该列。
finding-constant = “{ $column }”每一行都相同
    .hint = 从中学不到任何东西。
finding-gaps = “{ $column }”有 { $rows } 个缺失值
    .hint = 处理流程中的填充步骤会用中位数或平均值补上。
finding-outliers = “{ $column }”有 { $rows } 个离群值
    .hint = 距离中间一半数据超过其宽度的 1.5 倍（Tukey 准则）。可能是录入错误，也可能是最有价值的样本。
finding-imbalance = “{ $column }”只有 { $rows } 行
    .hint = 模型完全忽略这一类也几乎总是对的。可以在损失函数中设置类别权重，或补充这一类的样本。
finding-personal = “{ $column }”似乎包含{ $what }
    .hint = 除非确有需要并且有权使用，否则请忽略该列。
personal-email = 电子邮箱地址
personal-phone = 电话号码
personal-id-card = 身份证号码
