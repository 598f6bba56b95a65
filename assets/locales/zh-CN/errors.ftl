# 出了什么问题，以及该怎么办：引擎的每种错误对应一条。

# 数据文件的错误，以及处理步骤对它的要求。行号即文件中的行，表头也算一行。
data-missing = 找不到文件 { $file }。
    .hint = 它可能被移动或改名了。请放回原处，或从新位置打开数据。
data-unreadable = 无法读取 { $file }：{ $cause }。
    .hint = 请确认它是一个文件且您有读取权限，然后重试。
data-file-too-large = { $file } 超过了 { $limit_megabytes } MB。
    .hint = 请把一部分行另存为较小的文件再打开。
data-unpacks-too-large = { $file } 解压后超过 { $limit_megabytes } MB。
    .hint = 请自行解压后打开其中一部分。压缩比异常高的小文件往往是“压缩炸弹”。
data-too-many-rows = { $file } 超过 { $limit } 行。
    .hint = 请只保留一部分行，另存为较小的文件再打开。
data-unknown-format = 无法把 { $file } 当作数据读取。
    .hint = 可以打开表格（CSV、JSON Lines、Parquet、Excel、NumPy）、文本、CoNLL，以及图片或 WAV 文件夹，压缩包也可以。
data-left-out = 已跳过 { $file }：{ $cause }。
    .hint = 其余内容均已读取。请修复或删除该文件。
data-column-left-out = { $file }：已跳过列 { $column }：{ $cause }。
    .hint = 其余内容均已读取。如需使用该列，请另存为数值或文本。
data-bad-json = { $file } 第 { $row } 行不是 JSON 对象：{ $cause }。
    .hint = 每行应是一个独立的对象，例如 {"{"}"text": "…", "label": 1{"}"}。
data-not-in-encoding = { $file } 第 { $row } 行含有不属于 { $encoding } 编码的字节。
    .hint = 请换一种编码，或修正这一行。
data-empty-file = { $file } 是空的。
    .hint = 请选择有数据行的文件，值之间用逗号、分号、制表符或竖线分隔。
data-header-only = { $file } 只有表头，没有数据行。
    .hint = 如果第一行就是数据，请指明文件没有表头；否则请选择有数据行的文件。
data-too-many-columns = { $file } 第 { $row } 行有 { $columns } 个字段，最多读取 { $limit } 个。
    .hint = 请只保留需要的列，另存为较小的文件。另请检查是否每条数据各占一行。
data-ragged-row = { $file } 第 { $row } 行有 { $found } 个字段，应为 { $expected } 个。
    .hint = 请检查这一行是否多了或少了分隔符。字段里若含有分隔符，须用英文双引号括起来。
data-field-too-long = { $file } 第 { $row } 行第 { $field } 个字段长 { $bytes } 字节，最多读取 { $limit } 字节。
    .hint = 请缩短这个字段，或检查是否有未闭合的引号。
data-not-utf8 = { $file } 第 { $row } 行第 { $field } 个字段不是 UTF-8 文本（从它的第 { $byte } 个字节起）。
    .hint = 请将文件另存为 UTF-8 编码后重新打开；在 Excel 中请选择“CSV UTF-8”。
data-unclosed-quote = { $file } 第 { $row } 行的引号没有闭合。
    .hint = 请补上或删除这个引号。字段内的引号要写成两个：""。
data-not-finite = { $file } 第 { $row } 行“{ $column }”列：{ $value } 不是 ±3.4e38 以内的有限数。
    .hint = 请改正这个单元格，或将它留空，作为缺失值处理。

# 项目所需的列
data-target-missing = { $file } 中没有要预测的列“{ $column }”。
    .hint = 请从现有的列中选择：{ $columns }。
data-no-target = { $file } 中没有可以预测的列。
    .hint = 请用 --target 指定一列：数值列，或取值有重复的类别列。
data-ignored-missing = { $file } 中没有要忽略的列“{ $column }”。
    .hint = 请在 project.toml 中改正或删除这个列名。文件中的列：{ $columns }。
data-no-features = { $file } 中没有可用来预测“{ $target }”的列。
    .hint = 除目标列外，还需要至少一个未被忽略的数值列或类别列。目前还不能使用文本列。

# 目标列
data-target-gap = { $file } 第 { $row } 行：目标列“{ $column }”为空。
    .hint = 请填上它的值，或删除这一行。NA、null、none、? 和 - 等也视为空。
data-target-constant = { $file } 中目标列“{ $column }”的每一行都是 { $value }。
    .hint = 这样的列没有可学的内容，请预测其他列。
data-target-not-number = { $file } 第 { $row } 行：目标列“{ $column }”的值“{ $value }”不是数字。
    .hint = 请改正这个单元格；若要预测类别，请选择分类任务。
data-too-many-classes = { $file } 中目标列“{ $column }”有 { $classes } 个类别，最多支持 { $limit } 个。
    .hint = 如果它是数量，请选择回归任务；如果它只是每行的编号或名称，请预测其他列。
data-target-kind = { $file }：目标列 { $column } 是{ $kind ->
        [number] 数值
        [category] 类别
        [text] 文本
        [tokens] 词序列
        [tags] 标签序列
        [image] 图片
       *[audio] 音频
    }，该任务无法预测。
    .hint = 请选择其他列，或换一个任务。
data-class-too-small = { $file } 中“{ $column }”的类别“{ $class }”只有 { $rows } 行，划分数据至少需要 { $needed } 行。
    .hint = 请增加该类别的数据、去掉该类别，或关闭分层划分（stratify）。

# 划分
data-share-out-of-range = { $split ->
        [validation] 验证集
       *[other] 测试集
    }的比例是 { $share }，必须不小于 0 且小于 1。
    .hint = 常用比例：验证集 0.1，测试集 0.2。
data-no-training-rows = 共 { $rows } 行数据，验证集占 { $validation }、测试集占 { $test } 后，没有剩下可用于训练的行。
    .hint = 请减小这两个比例，或增加数据。
data-split-column-missing = { $file } 中没有用于划分数据集的列 { $column }。
    .hint = 请在 project.toml 中更正列名或将其删除。文件中的列：{ $columns }。
data-unknown-split = { $file } 第 { $row } 行：{ $column } 的值“{ $value }”不是任何一个数据划分。
    .hint = 请写 train、validation 或 test。
data-divide-column-missing = { $file } 中没有用于划分的“{ $column }”列。
    .hint = 请在处理流程中另选一列。文件中的列：{ $columns }。
data-too-few-groups = { $file }：“{ $column }”列只有 { $groups } 个分组，划分至少需要 { $needed } 个。
    .hint = 请改用取值更多的列，或少划分一个集合。
data-too-few-times = { $file }：“{ $column }”列中不同的时间太少，会有集合是空的。
    .hint = 请改用更细的时间，或调整占比。
data-no-time = { $file } 第 { $row } 行：“{ $column }”列的“{ $value }”不是时间。
    .hint = 请写成 2024-02-29 或 2024-02-29 13:05 的形式，或改用其他列；没有时间的行可以用步骤去除。
data-wrong-fold = 测试集以外的 { $rows } 行里，没有 { $of } 折中的第 { $fold } 折。
    .hint = 请减少折数（至少 2 折）；折从 0 开始编号。

# 处理步骤
data-no-rows-left = { $file }：经过 { $step } 步骤后一行也不剩。
    .hint = 请修改或删除这一步。
data-step-column-missing = { $file }：{ $step } 步骤要处理“{ $column }”列，但这一列不存在。
    .hint = 可能已被前面的步骤去除或改名。现有的列：{ $columns }。
data-step-does-not-fit = { $file }：{ $step } 步骤不适用于“{ $column }”列的内容。
    .hint = 请把这一列从该步骤中去掉，或在前面添加步骤，把它变成数值或类别。
data-no-logarithm = { $file } 第 { $row } 行“{ $column }”列：{ $value } 没有 ln(1 + x)。
    .hint = 只有大于 −1 的数值才有对数。请只选符合条件的列，或先截断这一列。
data-gap = { $file } 第 { $row } 行：“{ $column }”列有缺失值，但没有步骤来填补。
    .hint = 请添加用中位数或平均值填补缺失值的步骤，或忽略这一列。
data-no-values = { $file } 的“{ $column }”列在训练集中没有任何值可供学习。
    .hint = 请忽略这一列，或补上一些单元格的值。
data-text-column = { $file } 的“{ $column }”列是文本，当前模型无法使用。
    .hint = 请忽略这一列。
data-category-column = { $file } 的“{ $column }”列是类别，但没有步骤把它转换成数字。
    .hint = 请添加独热编码（one-hot）步骤，或忽略这一列。
data-not-tokenized = { $file }：预处理步骤里没有把“{ $column }”列切成词元的一步。
    .hint = 请为它添加 tokenize 步骤。
data-no-words = { $file }：没有哪一列存放“{ $target }”标注所对应的词。
    .hint = 请导入每行一个词加一个标注的文件，或把词所在的列保留为输入。
data-tags-uneven = { $file } 第 { $row } 行有 { $words } 个词，却有 { $tags } 个标注。
    .hint = 每个词都要有一个标注；请修正或删去这一行。
data-no-mask = { $file }：列“{ $column }”的分词器没有用来遮住其他词元的标记。
    .hint = 请选择从文本中学习的分词器，或带有 [MASK] 或 <mask> 的 tokenizer.json（如 BERT、RoBERTa 的）。
data-corpus-too-short = { $file }：“{ $column }”列的{ $split }部分只有 { $tokens } 个词元，而一个片段需要 { $needed } 个。
    .hint = 请增加文本、缩短片段，或调整划分。
data-wrong-length = 序列长度设为 { $length } 个词元，允许范围是 1 到 { $most }。
    .hint = 请修改 tokenize 步骤的 length。
data-text = { $file }：“{ $column }”列：{ $cause }。
    .hint = 请更换 tokenize 步骤的分词方式，或不使用这一列。
data-no-ids = { $file }：“{ $column }”列的类型是 { $kind }，没有可用的编号。
    .hint = 文本请用 tokenize 步骤，或不使用这一列。
data-media-column = { $file }：列 { $column } 是音频（{ $kind }），没有步骤把它转换成数值。
    .hint = 请添加声谱图步骤，或忽略该列。
data-broken-media = { $file } 第 { $row } 行：列 { $column } 中的{ $kind ->
        [image] 图片
       *[audio] 音频
    }无法解码：{ $cause }。
    .hint = 请删除该行，或换成完好的文件。
data-picture-size = { $file } 第 { $row } 行：列 { $column } 中的图片是 { $found }，而第一张是 { $expected }。
    .hint = 请添加缩放步骤，把所有图片统一成同样大小。
data-step-out-of-range = { $step } 步骤的 { $setting } = { $value }；允许 { $min } 到 { $max }。
    .hint = 请填写此范围内的数值。
data-nothing-to-vary = { $step } 步骤用于增强{ $what ->
        [texts] 文本
        [numbers] 数值
       *[pictures] 图片
    }，但模型没有这样的输入。
    .hint = { $what ->
        [texts] 请删除该步骤，或加入文本列。
        [numbers] 请删除该步骤，或加入数值列。
       *[pictures] 请把输入的形状设为 [通道, 高, 宽]（需要时在其后接 Flatten 层），或删除该步骤。
    }
data-moves-labelled = { $step } 步骤会移动词元，而每个词元都有自己的标签。
    .hint = 请删除该步骤。
data-bad-divisor = divide 步骤的除数是 { $by }。
    .hint = 请除以这些列的最大值，例如多数图像的像素除以 255。
data-too-many-numbers = { $file }：{ $rows } 行 × { $features } 个特征，超过了 { $limit } 个数的上限。
    .hint = 请忽略类别过多的列，或减少行数。

# 模型图的错误
graph-no-input = 模型没有输入节点。
    .hint = 请添加一个 input 节点，它的 shape 说明每行有多少个数。
graph-several-inputs = 这些输入节点都没有说明取哪些数据列：{ $nodes }。
    .hint = 最多留一个不写，由它接收其余的列；其他的请写明各自的列。
graph-only-input = 没有节点读取输入“{ $node }”。
    .hint = 请添加一个读取它的层（例如 dense），或把它删掉。
graph-several-outputs = 模型有多个末端，其中这些没有说明预测什么：{ $nodes }。
    .hint = 在每个末端后添加“输出”并说明预测什么；也可以用 concat 或 add 合并，或删除不需要的末端。
graph-output-without-column = 输出“{ $node }”没有对应的列。
    .hint = 只有一个输出可以预测数据的目标列。请为它选择要预测的列，或选择输入本身。
graph-reads-output = “{ $node }”读取了输出“{ $input }”，而输出是模型的末端。
    .hint = 请改为读取 { $instead }，两者的值相同。
graph-output-in-block = 模块“{ $node }”里有输出“{ $inner }”。
    .hint = 输出只能放在模块之外：请把它移出模块，接在模块之后。
graph-too-many-nodes = 模型有 { $count } 个节点，最多 { $max } 个。
    .hint = 请删除不需要的节点。
graph-unnamed-node = 第 { $position } 个节点没有名字。
    .hint = 请给它起一个不重复的名字。
graph-duplicate-name = 有多个节点都叫“{ $node }”。
    .hint = 请让每个节点的名字各不相同。
graph-unknown-input = “{ $node }”要读取“{ $input }”，但没有这个节点。
    .hint = 现有节点：{ $known }。
graph-misspelled-input = “{ $node }”要读取“{ $input }”，但没有这个节点。
    .hint = 是不是想写“{ $nearest }”？
graph-cycle = 这些节点互相读取，形成了环：{ $path }。
    .hint = 请断开其中一条连接：数据只能从输入流向输出。
graph-too-few-inputs = “{ $node }”（{ $kind }）需要 { $wanted } 个输入，现在只有 { $got } 个。
    .hint = 请把缺少的输入连上。
graph-too-many-inputs = “{ $node }”（{ $kind }）有 { $got } 个输入，但最多只能有 { $wanted } 个。
    .hint = 请先用 concat 或 add 合并输入，或去掉多余的。
graph-setting-too-small = “{ $node }”：{ $setting } 是 { $value }，不能小于 { $min }。
    .hint = 请填写不小于 { $min } 的数。
graph-setting-too-large = “{ $node }”：{ $setting } 是 { $value }，不能大于 { $max }。
    .hint = 请填写不大于 { $max } 的数。
graph-setting-not-above = “{ $node }”：{ $setting } 是 { $value }，必须大于 { $bound }。
    .hint = 请填写大于 { $bound } 的数。
graph-setting-not-below = “{ $node }”：{ $setting } 是 { $value }，必须小于 { $bound }。
    .hint = 请填写小于 { $bound } 的数。
graph-setting-not-finite = “{ $node }”：{ $setting } 不是有限的数。
    .hint = 请填写一个普通的数。
graph-setting-of-other = “{ $node }”：{ $setting } 是 { $owner } 的设置，而这里的函数是 { $function }。
    .hint = 请去掉 { $setting }，或把函数改为 { $owner }。
graph-pair-on-one-axis = “{ $node }”：{ $setting } 是 { $value }，但“{ $input }”给出的是序列 { $got }，只能沿一个方向滑动。
    .hint = 请只写一个数。
graph-empty-shape = “{ $node }”：输入的 shape 是空的。
    .hint = 请写特征个数，如 [30]；或图像的通道、行、列，如 [1, 8, 8]。
graph-needs-flatten = “{ $node }”（{ $kind }）需要 { $wanted }，而“{ $input }”给出的是 { $got }。
    .hint = 请在两者之间加一个 flatten 节点。
graph-other-kind-fits = “{ $node }”（{ $kind }）需要 { $wanted }，而“{ $input }”给出的是 { $got }。
    .hint = 请改用 { $instead } 节点，它接受这种形状。
graph-wrong-axes = “{ $node }”（{ $kind }）需要 { $wanted }，而“{ $input }”给出的是 { $got }。
    .hint = 请给输入节点写上相应的形状，例如一行 64 个像素就是图像 [1, 8, 8]。
graph-size-not-known = “{ $node }”（{ $kind }）需要固定的大小，而“{ $input }”给出的是 { $got }。
    .hint = 请在输入的 shape 里写数字，或先用 global-avg-pool 对序列取平均。
graph-needs-numbers = “{ $node }”（{ $kind }）需要数值，而“{ $input }”给出的是词元编号。
    .hint = 请在两者之间加一个 embedding 节点，把每个词元变成向量。
graph-needs-tokens = “{ $node }”（{ $kind }）需要词元编号，而“{ $input }”给出的是数值。
    .hint = 请让它读取输入节点，并把输入的 tokens 设为词表大小。
graph-vocabulary-too-small = “{ $node }”的词表大小是 { $vocabulary }，而“{ $input }”给出的编号来自 { $tokens } 个词元。
    .hint = 请去掉 vocabulary，或设为不小于 { $tokens } 的数。
graph-sequence-too-long = “{ $node }”只有 { $max_length } 个位置，而“{ $input }”给出的序列长 { $length }。
    .hint = 请把 max_length 设为不小于 { $length } 的数。
graph-shapes-differ = “{ $node }”要把“{ $first }”（{ $first_shape }）和“{ $second }”（{ $second_shape }）相加，但两者形状不同。
    .hint = 请把 units 或 filters 改成一样，或改用 concat 拼接。
graph-factors-differ = “{ $node }”要把“{ $first }”（{ $first_shape }）和“{ $second }”（{ $second_shape }）相乘，但两者形状不同。
    .hint = 请把 units 或 filters 改成一样。
graph-other-axes-differ = “{ $node }”要沿第 { $axis } 轴拼接“{ $first }”（{ $first_shape }）和“{ $second }”（{ $second_shape }），但其余各轴不一致。
    .hint = 请换一个轴，或先用池化、填充使它们大小相同。
graph-no-such-axis = “{ $node }”要沿第 { $axis } 轴拼接，而“{ $input }”给出的是 { $got }。
    .hint = 轴从 0 数起，不算批次；-1 表示最后一个轴。
graph-no-axis-to-average = “{ $node }”要沿第 { $axis } 轴取平均，而“{ $input }”给出的是 { $got }。
    .hint = 轴从 0 数起，不算批次；-1 表示最后一个轴。
graph-other-count = “{ $node }”要变成 { $shape }，但“{ $input }”给出的是 { $got }，数值个数不同。
    .hint = 两个形状各轴大小的乘积须相等。
graph-no-such-order = “{ $node }”：顺序 { $order } 没有把“{ $input }”（{ $got }）的每个轴各列一次。
    .hint = 请用逗号分隔列出 0 到 { $last }，每个一次。
graph-no-axis-to-slice = “{ $node }”要沿第 { $axis } 轴切片，而“{ $input }”给出的是 { $got }。
    .hint = 轴从 0 数起，不算批次；-1 表示最后一个轴。
graph-nothing-sliced = “{ $node }”：{ $part } 不在“{ $input }”的 { $size } 个位置之内。
    .hint = 位置从 0 数起，-1 表示最后一个；终点须在起点之后。
graph-heads-are-odd = “{ $node }”：旋转位置要成对旋转，但每个头有“{ $input }”{ $width } 个特征中的 { $head } 个，是奇数。
    .hint = 请换一个头数，或让每个头的宽度为偶数。
graph-kernel-too-large = “{ $node }”：大小为 { $kernel } 的核放不进“{ $input }”给出的 { $got }。
    .hint = 请用更小的核、padding = "same"，或在前面少用一次池化。
graph-padding-too-large = “{ $node }”：填充 { $padding } 超过了池化窗口 { $pool_size } 的一半。
    .hint = 请减小填充，或用 "same"。
graph-padding-cuts-all = “{ $node }”：填充 { $padding } 会把由“{ $input }”（{ $got }）得到的结果全部裁掉。
    .hint = 请减小填充，或用 "same"。
graph-heads-do-not-divide-width = “{ $node }”：{ $heads } 个头不能整除“{ $input }”的 { $width } 个特征。
    .hint = 请选择能整除 { $width } 的头数，或调整前一层的宽度。
graph-key-heads-do-not-divide-heads = “{ $node }”：{ $key_value_heads } 个键值头不能整除它的 { $heads } 个头。
    .hint = 请选择能整除 { $heads } 的数，或去掉 key_value_heads。
graph-groups-do-not-divide-channels = “{ $node }”：{ $groups } 组不能整除“{ $input }”的 { $channels } 个通道。
    .hint = 请选择能整除通道数的组数，例如 1。
graph-groups-do-not-divide-filters = “{ $node }”：{ $groups } 组不能整除它的 { $filters } 个卷积核。
    .hint = 请让 filters 是 groups 的倍数。
graph-inside-block = “{ $node }”内部的“{ $inner }”不匹配。
    .hint = 请打开该模块，查看问题与修正办法。
graph-blocks-too-deep = “{ $node }”中的模块嵌套超过 { $max } 层。
    .hint = 请拆开其中一些模块。
graph-shape-too-large = “{ $node }”给出 { $shape }，每个样本超过了 { $max } 个数。
    .hint = 请减少 units 或 filters，或先池化。
graph-too-many-parameters = “{ $node }”会有 { $count } 个参数，最多 { $max } 个。
    .hint = 请减少 units，或先池化。

# 模型与数据或损失函数不匹配
model-open-shape = 节点“{ $node }”的大小不完全确定。
    .hint = 请在输入的 shape 里写数字。
model-feature-count = 输入“{ $node }”需要 { $shape } = { $wanted } 个数，而数据有 { $got } 个特征。
    .hint = 请把输入的 shape 改为共 { $got } 个数，例如 [{ $got }]，或调整所用的列。
model-no-such-column = 输入“{ $node }”要取“{ $column }”列，而数据只有：{ $columns }。
    .hint = 请填写数据里有的列名；留空则接收其他输入没有取走的所有列。
model-other-tokens = “{ $column }”列是 { $tokens } 个词元的编号，而输入“{ $node }”按 { $takes } 个词元读取。
    .hint = 请把该输入的 tokens 设为 { $tokens }，或让另一个输入接收这一列。
model-too-many-numbers = 各输入共需 { $rows } 行 × { $features } 个数，超过了上限 { $limit }。
    .hint = 请减少行或列，或不要让多个输入重复取同一列。
model-not-a-token = “{ $column }”列里有 { $value }，而输入“{ $node }”需要词元编号，即 0 到 { $largest } 的整数。
    .hint = 请去掉会改变编号的预处理步骤，或把输入的 tokens 设为词表大小。
model-needs-classes = 损失 { $loss } 需要预测类别，而“{ $target }”是数值。
    .hint = 请选择 mse、mae 或 huber，或把任务改为分类。
model-needs-numbers-back = 损失 { $loss } 需要预测类别，而这里要还原整行数据。
    .hint = 请选择 mse、mae 或 huber。
model-needs-number = 损失 { $loss } 需要预测数值，而目标列是类别。
    .hint = 请选择 cross-entropy（两类时可用 binary-cross-entropy），或把任务改为回归。
model-needs-two-classes = 二元交叉熵只适用于两个类别，而这里有 { $classes } 个。
    .hint = 请选择 cross-entropy，并让输出有 { $classes } 个单元。
model-output-shape = 输出“{ $node }”给出 { $got }，而对这份数据 { $loss } 需要 { $wanted }。
    .hint = 请让最后一层为 dense，units = { $wanted }；若它读取图像，先加一个 flatten 节点。
model-wrong-head = 输出“{ $node }”以 { $function } 结尾，而损失 { $loss } 应与 { $wanted } 搭配。
    .hint = 请把输出的激活函数改为 { $wanted }，或选择与 { $function } 搭配的损失。
model-shared-head = “{ $node }”末尾的激活函数由损失 { $loss } 自行计算，而“{ $reader }”也读取它。
    .hint = 请去掉它末尾的激活函数，并在其他读取它的节点之前单独放一个激活层。
model-no-such-target = 输出“{ $node }”要预测列“{ $column }”，但数据只有 { $columns }。
    .hint = 请从中选择一列。
model-target-gap = 输出“{ $node }”要预测列“{ $column }”，但第 { $row } 行没有值。
    .hint = 请用配方步骤去掉没有值的行，或在文件中补上。
model-other-target = 输出“{ $node }”无法用损失 { $loss } 预测列“{ $column }”。
    .hint = 类别用交叉熵，数值用均方误差、平均绝对误差或 Huber。请重新选择损失或列。
model-missing-tensor = 保存的内容里没有参数“{ $name }”。
    .hint = 它来自另一个模型。请重新训练，或打开它所属的训练记录。
model-wrong-tensor = 参数“{ $name }”保存时为 { $got }，而模型中是 { $wanted }。
    .hint = 它来自另一个模型。请重新训练，或打开它所属的训练记录。
model-device = 设备出错：{ $cause }。
    .hint = 若内存不足，请减小批次或模型；也可以改用 CPU 训练。

# 项目文件夹与 project.toml 的错误
project-no-folder = 没有文件夹 { $folder }。
    .hint = 它可能被移动或改名了，请从现在的位置打开。
project-no-file = { $folder } 不是项目：里面没有 project.toml。
    .hint = 请选择含有 project.toml 的文件夹，或用您的数据新建项目。
project-unreadable = 无法读取 { $file }：{ $cause }。
    .hint = 请确认文件存在，并且您有读取权限。
project-wrong-labels = { $file } 第 { $line } 行不是有效的标签修正（{ $cause }）。
    .hint = 每行依次是数据中的行号、原标签和新标签。请删除这一行。
project-no-labels = 列 { $column } 的标签不能手动修改。
    .hint = 类别、数值和文本列可以。
project-no-such-label = “{ $label }”不能作为 { $column } 的标签。
    .hint = 数值列的标签须为数字；标签不能为空。
project-unwritable = 无法写入 { $file }：{ $cause }。
    .hint = 请确认您对该文件夹有写入权限，并且磁盘未满。原文件没有改动。
project-too-large = { $file } 超过了 { $max } 字节。
    .hint = project.toml 只存放描述，数据应放在单独的文件里。
project-not-text = { $file } 第 { $line } 行不是 UTF-8 文本。
    .hint = 请在编辑器中将文件另存为 UTF-8 编码。
project-not-toml = { $file } 第 { $line } 行第 { $column } 列：{ $cause }。
    .hint = 请检查这一行是否缺少引号、括号或等号，或者文件是否不完整。
project-no-schema = { $file } 没有写明 schema。
    .hint = 第一行应为：schema = 1
project-unknown-schema = { $file }：没有 schema { $schema }。
    .hint = 第一行应为：schema = 1
project-newer-schema = { $file } 由更新版本的 Trainyard 生成（schema { $schema }，本版本最高支持 { $newest }）。
    .hint = 请更新 Trainyard 后再打开。
project-wrong-value = { $file } 第 { $line } 行第 { $column } 列：{ $cause }。
    .hint = 请改正这一行的值。
project-unknown-field = { $file }：{ $place } 没有“{ $field }”这个字段。
    .hint = 可用：{ $known }。
project-no-experiments = { $file } 里没有实验。
    .hint = 请在 [[experiments]] 下添加一个。
project-no-such-experiment = 没有名为“{ $wanted }”的实验。
    .hint = 现有：{ $known }。
project-duplicate-experiment = { $file }：有多个实验都叫“{ $experiment }”。
    .hint = 请让每个实验的名字各不相同。
project-data-outside = { $file }：数据文件“{ $path }”不在项目文件夹内。
    .hint = 请把数据复制到项目里，并写相对路径，例如 data/rows.csv。
project-unnamed-node = { $file }：“{ $experiment }”的第 { $position } 个节点没有名字。
    .hint = 请加上一行，例如：name = "dense1"
project-no-kind = { $file }：“{ $experiment }”的节点“{ $node }”没有写明种类。
    .hint = 请加上一行，例如：kind = "dense"
project-unknown-kind = { $file }：“{ $experiment }”的节点“{ $node }”的种类“{ $kind }”无法识别。
    .hint = 可用：{ $known }。
project-unknown-setting = { $file }：“{ $experiment }”的节点“{ $node }”（{ $kind }）没有“{ $setting }”这个设置。
    .hint = 可用：{ $known }。
project-missing-setting = { $file }：“{ $experiment }”的节点“{ $node }”（{ $kind }）缺少设置“{ $setting }”。
    .hint = 请给该节点加上一行：{ $setting } = …
project-wrong-setting = { $file }：“{ $experiment }”的节点“{ $node }”：{ $setting } = { $value }：{ $cause }。
    .hint = 请改正这个设置。
project-unknown-step = { $file }：“{ $experiment }”的数据处理第 { $position } 步“{ $step }”无法识别。
    .hint = 可用：{ $known }。
project-wrong-step = { $file }：“{ $experiment }”的数据处理第 { $position } 步：{ $cause }。
    .hint = 请改正这一步。

project-unknown-example = 没有名为“{ $example }”的示例。
    .hint = 现有示例：{ $known }。

# 训练记录的保存
store-unwritable = 无法写入 { $file }：{ $cause }。
    .hint = 请检查项目文件夹是否可写、磁盘是否已满。
store-unreadable = 无法读取 { $file }：{ $cause }。
    .hint = 请检查文件是否存在、是否有读取权限。
store-database = 运行列表无法使用：{ $cause }。
    .hint = 请腾出磁盘空间，或关闭正在使用 runs/runs.sqlite 的其他程序，然后重试。没有任何内容被删除。
store-newer = 运行列表由更新版本的 Trainyard 创建（格式 { $found }，当前版本支持 { $known }）。
    .hint = 请升级 Trainyard 后重新打开项目。
store-damaged = 这次运行保存的内容已损坏：{ $cause }。
    .hint = 请重新训练。损坏的文件保留在原处。
store-set-aside = 一个检查点已损坏，已移到一旁：{ $cause }。
    .hint = 运行会从前一个检查点继续。损坏的检查点保留在 { $folder }。
store-other-checkpoint = { $folder } 是其他版本的 Trainyard 保存的检查点（格式 { $found }，当前版本支持 { $known }）。
    .hint = 请用保存它的 Trainyard 继续这次运行，或用同样的设置重新训练。
store-not-kept = 第 { $step } 步的检查点无法保存：{ $cause }。
    .hint = 训练停在这一步，内容仍在内存中，前一个检查点也仍然有效。请腾出磁盘空间，或让项目文件夹可写，然后继续这个运行。
store-foreign = 运行 { $run } 由其他程序训练。
    .hint = 它只有曲线。要继续训练、分支或导出权重，请先训练自己的运行。
store-not-written = 无法写出文件：{ $cause }。
    .hint = 请改为导出 CSV，并将此问题告诉我们。
store-no-weights = 运行 { $run } 还没有可导出的权重。
    .hint = 保存第一个检查点后即可导出；最佳轮次的权重需要先完成一次验证。
store-no-such-run = 没有运行 { $run }。
    .hint = 重新打开项目即可看到现有的训练。
store-no-checkpoint = 运行 { $run } 没有可供继续的检查点。
    .hint = 请用同样的设置重新训练。
store-no-checkpoint-at = 运行 { $run } 在第 { $step } 步没有检查点。
    .hint = 有检查点的步数：{ $known }。
store-locked = 运行 { $run } 正由另一个 Trainyard 训练。
    .hint = 请等它结束，或用 `trainyard pause`、`trainyard stop` 暂停或停止它。
store-not-heard = 训练运行 { $run } 的程序没有回应，等待它处理的请求过多。
    .hint = 请结束那个程序，之后可以从检查点继续这个运行。
store-still-trains = 运行 { $run } 仍在训练。
    .hint = 请先停止它，学到的内容会保留。
store-too-many-tags = 运行 { $run } 有 { $tags } 个标签，最多 { $limit } 个。
    .hint = 请去掉一些。
store-too-long = 运行 { $run } 的一段文字有 { $characters } 个字符，最多 { $limit } 个。
    .hint = 请缩短一些。
store-no-experiment = 这个项目没有实验。
    .hint = 请在 project.toml 的 [[experiments]] 下添加一个。

# 训练
train-not-finite = 第 { $step } 步时损失不再是有限的数值，最先出现在“{ $node }”的 { $place }。
    .hint = 请调低学习率或开启梯度裁剪，并检查数据中是否有极端值。
train-class-weights = 给出了 { $weights } 个类别权重，但共有 { $classes } 个类别。
    .hint = 请为每个类别各给一个权重，或全部留空。
train-no-such-device = 这里没有设备“{ $wanted }”。
    .hint = 可选：{ $present }，或选择自动。
train-too-large = 一步训练需要 { $needs } MB 内存，目前只有 { $free } MB 可用。
    .hint = 请增大梯度累积、打开激活重计算或减小批大小；关闭其他程序也可能有帮助。
train-no-cuda-library = 无法使用 { $cards }：已找到 NVIDIA 驱动，但缺少它的 { $library } 库。
    .hint = 请安装 NVIDIA CUDA 工具包（12 或 13）；若已安装，请把其中库文件所在的文件夹加入 LD_LIBRARY_PATH。在此之前可用 CPU 训练。
train-narrow-on-cpu = { $precision } 精度只能用于 GPU，而这次运行在 CPU 上。
    .hint = 请把精度改为 f32，或选择 GPU。
train-device-failed = 设备出错：{ $cause }。
    .hint = 请减小批大小，或改用 CPU 训练。
train-panicked = 引擎内部出错：{ $cause }。
    .hint = 下一次运行不受影响。请附上详情反馈给我们。
train-loader-died = 准备批次的线程意外结束。
    .hint = 请重新训练。若再次发生，请附上详情反馈给我们。
train-data-changed = 现在的数据与第 { $step } 步的检查点所用的数据不同。
    .hint = 请恢复原来的数据，或用同样的设置在新数据上重新训练。
train-interrupted = Trainyard 在这次运行结束前退出了。
    .hint = 点击“继续”，即可从最新的检查点原样接着训练。

# 引擎
engine-not-training = 运行 { $run } 没有在进行。
    .hint = 只有正在进行或已暂停的训练才能操作。
engine-not-waiting = 运行 { $run } 不在排队。
    .hint = 它已经开始，或已从队列中移除。
engine-nothing-left = 运行 { $run } 已经结束。
    .hint = 可以再训练几轮，或开始一次新的运行。
engine-busy = 引擎正忙。
    .hint = 请稍后再试。
engine-panicked = 引擎内部出错：{ $cause }。
    .hint = 你的文件没有受到影响。请附上详情反馈给我们。

# 搜索
search-nothing-to-search = 没有可搜索的设置。
    .hint = 请至少选择一个设置并给出范围。
search-too-many-dimensions = 要搜索的设置有 { $dimensions } 个，最多 { $limit } 个。
    .hint = 去掉影响最小的几个。
search-twice = { $path } 被搜索了两次。
    .hint = 只给它一个范围。
search-empty-range = { $path } 不能从 { $low } 到 { $high }。
    .hint = 前一个数应当较小；整数设置的范围里至少要有两个整数。
search-log-of-nothing = { $path } 从 { $low } 开始，无法取对数。
    .hint = 请从大于 0 的数开始，或不用对数搜索。
search-wrong-step = { $path } 的步长是 { $step }。
    .hint = 步长应大于 0，且不超过范围。
search-wrong-choice = { $path } 有 { $values } 个候选值；可搜索 2 到 { $limit } 个。
    .hint = 用逗号分隔，增加或减少候选值。
search-wrong-trials = 要求的试验次数是 { $trials }；可以是 1 到 { $limit }。
    .hint = 通常为 20 到 100 次。
search-wrong-folds = 要求的折数是 { $folds }；可以是 2 到 { $limit }。
    .hint = 通常为 5 折。
search-no-validation = 没有留出验证集，无法比较各次试验。
    .hint = 请给验证集留出一部分数据，或使用交叉验证。
search-no-such-search = 没有搜索 { $search }。
    .hint = 用 `trainyard search 项目 --space …` 开始一次搜索。
search-elsewhere = 搜索 { $search }（或它的一次运行）正由另一个程序进行。
    .hint = 请在那里暂停，或等那次运行结束。
search-nothing-left = 搜索 { $search } 已经结束。
    .hint = 可以开始一次新的搜索。
search-all-fail = 连续 { $failed } 次试验失败，最后一次的原因：{ $cause }。
    .hint = 请检查这些设置能否训练，并缩小范围。

# 训练设置
setting-too-small = { $field } 为 { $value }，不能小于 { $min }。
    .hint = 请填写不小于 { $min } 的值。
setting-too-large = { $field } 为 { $value }，不能大于 { $max }。
    .hint = 请填写不大于 { $max } 的值。
setting-not-above = { $field } 为 { $value }，必须大于 { $bound }。
    .hint = 请填写大于 { $bound } 的值。
setting-not-below = { $field } 为 { $value }，必须小于 { $bound }。
    .hint = 请填写小于 { $bound } 的值。
setting-not-finite = { $field } 不是可用的数值。
    .hint = 请填写数值，例如 0.01 或 1e-4。
setting-nesterov-without-momentum = { $field } 需要大于 0 的动量。
    .hint = 请为优化器设置动量（通常为 0.9），或关闭 Nesterov。
setting-metric-of-other = { $field } 为 { $metric }，但当前的损失函数没有这个指标。
    .hint = 可选：{ $known }。
setting-unknown = 没有名为“{ $field }”的设置。
    .hint = 是不是“{ $nearest }”？设置的名称与 project.toml 中相同。
setting-wrong-value = { $field } 不能是 { $value }：{ $cause }。
    .hint = 请按 project.toml 中的写法填写。
setting-not-steered = { $field } 不能在运行途中修改。
    .hint = 可以修改的有：{ $known }。其他设置请从该运行的检查点建立分支。

# 用其他框架表达模型。
code-no-words = { $framework } 没有与“{ $node }”等价的层（{ $what }）。
    .hint = 请换一个框架，或修改该节点的设置。

## 曲线说明了什么

finding-loss-rises = 训练损失在上升：{ $epochs } 轮后为 { $loss }，最低曾到 { $best }。
    .hint = 步子太大，越过了谷底。请降低学习率。
finding-worse-than-guessing = { $epochs } 轮后训练损失为 { $loss }，而只按各答案的出现频率去猜就有 { $guessing }。
    .hint = 权重被大幅甩动。请降低学习率；若无效，请检查输入的量级。
finding-loss-jumps = 验证损失忽高忽低，相邻两轮平均相差 { $percent } %。
    .hint = 降低学习率或增大批大小，可以让它平稳下来。
finding-exploding-gradients = 梯度爆炸：范数达到 { $norm }，主要来自 { $node }。
    .hint = 梯度裁剪能限制单个批次的影响；降低学习率或加归一化层才能治本。
finding-vanishing-gradients = 梯度消失：{ $node } 的梯度只有 { $other } 的 { $ratio } 分之一。
    .hint = 靠前的层几乎学不到东西。ReLU、归一化或残差连接能让梯度传下去。
finding-dead-units = { $node } 有 { $percent } % 的单元对所有检查过的样本都输出 0：它们已经停止学习。
    .hint = 改用 Leaky ReLU 能给它们留一条退路；降低学习率能少“死”一些。
finding-overfitting = 过拟合：第 { $best_epoch } 轮之后，验证损失从 { $best } 升到 { $loss }，训练损失却仍在下降。
    .hint = 停在最好的一轮，或让死记硬背变难：随机失活、权重惩罚、更多数据、更小的模型。
finding-rate-too-low = { $epochs } 轮里训练损失只从 { $first } 匀速降到 { $loss }，还可以更快。
    .hint = 提高学习率，直到曲线出现弯折。
finding-underfitting = 欠拟合：{ $epochs } 轮后训练损失为 { $loss }，比瞎猜（{ $guessing }）好不了多少。
    .hint = 训练得更久、更快，增加单元，或换上与目标关系更密切的输入。
finding-plateau = 验证损失已有 { $epochs } 轮没有改善，停在 { $loss }。
    .hint = 降低学习率往往能继续下降；若仍不动，模型的能力大致就到这里了。
finding-imbalance = 类别不均衡：训练数据中 { $common } 有 { $many } 行，{ $rare } 只有 { $few } 行。
    .hint = 模型可能看起来很准，却从不回答 { $rare }。类别权重能让各类同等重要；请看混淆矩阵，别只看准确率。
finding-few-validation-rows = 验证集只有 { $rows } 行，准确率的误差约为 ±{ $points } 个百分点：更小的差别只是偶然。
    .hint = 多留一些行做验证，或用多个随机种子比较。

# 分词器
text-wrong-vocabulary = 词表大小设为 { $vocabulary }，可用范围是 { $least } 到 { $most }。
    .hint = 大多数文本用几千个词元就够了；按字切分时，文本里有多少种字就需要多少。
text-nothing-to-learn = 文本里没有可以学习的词元。
    .hint = 请检查该列是否为空，或最低出现次数是否设得太高。
text-too-much-text = 文本总长 { $bytes } 字节，分词器最多从 { $limit } 字节中学习。
    .hint = 只用其中一部分即可；分词器需要的文本远少于模型。
text-text-too-long = 有一段文本长 { $bytes } 字节，最多处理 { $limit } 字节。
    .hint = 请把它拆成几段。
text-not-learned = 无法学习词元：{ $cause }。
    .hint = 换一个词表大小，或换一种分词器。
text-no-file = 无法读取分词器文件 { $file }：{ $cause }。
    .hint = 请把 tokenizer.json 放回项目所指的位置，或选择可从文本学习的分词器。
text-tokens-beyond = { $file } 中的分词器编号多达 { $tokens } 个，而这里只要求了 { $vocabulary } 个。
    .hint = 请把该步骤的词表大小设为模型 config.json 中的大小。
text-not-cut = 无法切分这段文本：{ $cause }。
    .hint = 该分词器文件可能没有“未知”词元；请换一个，或用自己的文本训练一个。
text-not-a-tokenizer = 这不是 Hugging Face 格式的分词器：{ $cause }。
    .hint = 请选择与模型权重放在一起的 tokenizer.json。
text-file-too-large = 分词器文件长 { $bytes } 字节，最多读取 { $limit } 字节。
    .hint = 请选择与模型权重放在一起的 tokenizer.json，最大的也只有约 20 MB。

predict-no-target = “{ $experiment }”的模型不是按行预测的：它的任务是 { $task }。
    .hint = 请用 trainyard generate 让它续写，或选用预测某一列的训练。
predict-missing-columns = { $file } 缺少 { $missing }；它有 { $columns }。
    .hint = 请提供模型训练时用到的全部列，列名要一致。
predict-other-kind = { $file }：“{ $column }”列的类型是 { $found }，而模型训练时用的是 { $wanted }。
    .hint = 请修正这一列的单元格，或用这个名字提供正确的列。
predict-left-out = 预处理中有一步会丢弃 { $file } 的行。
    .hint = 请去掉丢弃行的步骤后重新训练，或先自行清理文件。
predict-no-weights = 训练 { $run } 还没有可用来预测的权重。
    .hint = 请让它训练到保存第一个检查点。

generate-no-text = “{ $experiment }”的模型不预测文本。
    .hint = 请选择任务为语言模型或翻译的运行。
generate-no-weights = 运行 { $run } 还没有可用的检查点。
    .hint = 请等它完成第一个 epoch，或选择其他运行。
generate-wrong-setting = { $setting } 为 { $value }，超出范围（{ $range }）。
    .hint = 请在允许范围内取值。
generate-nothing-hidden = 文本里没有要填的空。
    .hint = 在希望模型填写的地方写上 { $mask }。
generate-text-too-long = 文本有 { $tokens } 个词元，模型最多能看 { $most } 个。
    .hint = 缩短文本，或用更长的块训练（数据配方中词元的长度）。
generate-not-finite = 模型输出了非有限的数值。
    .hint = 请换用更早的检查点，或降低学习率重新训练。

# 透视
inspect-nothing-learned = 运行 { $run } 还没有留下可以查看的检查点。
    .hint = 第一个检查点在一轮训练结束后（或按设置）保存；请稍候，或选择另一次运行。
inspect-no-checkpoint = 运行 { $run } 第 { $step } 步的权重已不在。
    .hint = 旧的时刻会给新的让位；请选择现有的，或在设置里给探针多留些空间。
inspect-not-put-down = 无法留存第 { $step } 步的权重供查看（{ $cause }）。训练会继续。
    .hint = 请腾出磁盘空间；已留存的时刻不受影响。
inspect-no-rows = 没有可以查看的样本。
    .hint = 请选择另一个数据划分。
inspect-no-row = 第 { $row } 行不在这次运行的任何一个划分中。
    .hint = 它的数据配方去掉了这一行，或数据不同；请换一个样本。
inspect-no-text = 这个模型的输入不是单独一段文本。
    .hint = 请改看数据中的某一行。
inspect-no-head = “{ $node }”没有第 { $head } 个头。
    .hint = 头从 0 开始计数。
inspect-no-layer = 没有名为“{ $node }”的注意力层。
    .hint = 请选择这次运行自己的层；改动后的模型是另一个模型。
inspect-no-step = 无法关闭输入的第 { $step } 步。
    .hint = 只有单一输入且逐步读取的模型才能把某一步置空。
inspect-no-images = 没有名为“{ $node }”的图像层。
    .hint = 请选择这次运行自己的层；之后改过的模型已是另一个模型。
inspect-no-class = 没有类别 { $class }。
    .hint = 类别从 0 开始，按预测中的顺序计数。

## 外部曲线
curves-unreadable = 无法读取 { $file }：{ $cause }。
    .hint = 请确认文件存在且可读。
curves-no-curves = { $file } 不是曲线表，它的列为：{ $columns }。
    .hint = 请在 TensorBoard 的图下方导出 CSV，或从 Weights & Biases 导出一张图或一次运行的历史；也可提供含“step”或“epoch”列、每个指标一列的表格。
curves-no-number = { $file } 第 { $line } 行：{ $column } 列的“{ $value }”不是数字。
    .hint = 请修正或清空该单元格后重新导入。
curves-too-large = { $file } 太大：{ $what }，超过上限 { $limit }。
    .hint = 请分批导出曲线。

## 预训练模型
pretrained-no-folder = 没有文件夹 { $folder }。
    .hint = 请选择含有模型 config.json 的文件夹。
pretrained-missing = 找不到 { $file }。
    .hint = 模型文件夹应包含 config.json、model.safetensors 和 tokenizer.json，请完整下载。
pretrained-unreadable = 无法读取 { $file }：{ $cause }。
    .hint = 请确认文件完整且可读。
pretrained-too-large = { $file } 超过 { $limit_megabytes } MB。
    .hint = 这多半不是同名的那个文件，请重新下载模型。
pretrained-pickle = { $file } 是 pickle 文件，打开时可能执行程序；这里只读取 safetensors。
    .hint = 请改用该模型的 model.safetensors，或在可信的环境中转换：AutoModel.from_pretrained(…).save_pretrained(…, safe_serialization=True)。
pretrained-no-weights = { $folder } 中没有 model.safetensors。
    .hint = 请把模型的 safetensors 一并下载；大模型会分成多个文件并附带索引。
pretrained-no-tokenizer = { $folder } 中没有 tokenizer.json。
    .hint = 可用 AutoTokenizer.from_pretrained(…).save_pretrained(…) 由 vocab.txt 或 merges.txt 生成。
pretrained-wrong-tokenizer = 无法读取模型的 tokenizer.json：{ $cause }。
    .hint = 请重新下载，或用较新版本的 transformers 生成。
pretrained-tokens-beyond = 分词器的编号多达 { $tokens } 个，而模型的词表只有 { $vocabulary }。
    .hint = 请使用与该模型配套的 tokenizer.json。
pretrained-not-json = 无法读取 config.json：{ $cause }。
    .hint = 请重新下载。
pretrained-unknown-family = 这是“{ $family }”类模型；目前支持：{ $known }。
    .hint = 请选择这些系列中的模型。
pretrained-wrong-setting = config.json 中 { $setting } 为 { $value }，应为 { $wanted }。
    .hint = 请换一个同系列的模型；此模型用到了这里没有的结构，或 config.json 已损坏。
pretrained-not-safetensors = { $file } 不是 safetensors 文件：{ $cause }。
    .hint = 请重新下载；保存下来的也可能是一个登录页面。
pretrained-no-tensor = 模型权重缺少张量“{ $tensor }”。
    .hint = 请确认 config.json 与权重属于同一个模型。
pretrained-wrong-shape = 张量“{ $tensor }”的形状为 { $got }，按 config.json 应为 { $wanted }。
    .hint = 请确认 config.json 与权重属于同一个模型。
pretrained-wrong-type = 张量“{ $tensor }”的类型为 { $got }；可读取 F32、F16 和 BF16。
    .hint = 请使用全精度或半精度的模型；量化后的权重无法训练。
pretrained-not-finite = 张量“{ $tensor }”含有非有限数值。
    .hint = 权重已损坏，请重新下载。
pretrained-extra-tensor = 权重中有 config.json 未说明的张量“{ $tensor }”。
    .hint = 请确认 config.json 与权重属于同一个模型。
pretrained-no-memory = 载入模型需要 { $needs_megabytes } MB 内存，而空闲内存只有 { $free_megabytes } MB。
    .hint = 请关闭其他程序，或选择更小的模型。
pretrained-cannot-say-next = { $family } 会看到后面的内容，无法学习预测下一个词元。
    .hint = 此任务请选择 GPT-2、Llama 或 Qwen2，或改选其他任务。
pretrained-not-for-task = 预训练模型暂不能用于此任务（{ $task }）。
    .hint = 可用于文本分类、数值预测、词语标注和续写。
pretrained-changed = { $file } 已不是建立实验时的文件。
    .hint = 请放回原来的文件，或用该模型新建项目。
pretrained-nothing-fits = 此模型没有任何一层与 { $file } 中的名称和形状相同。
    .hint = 请恢复建立项目时的模型结构，或不使用预训练权重。
