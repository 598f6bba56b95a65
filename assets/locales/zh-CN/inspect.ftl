# 透视页面。

inspect-empty-title = 还没有可以透视的模型
inspect-empty-text = 请先训练一个模型。它保存所学之后，这里会显示每个注意力头在看什么，以及关掉它们后预测会怎样变化。
inspect-wait = 正在查看内部…
inspect-nothing-inside = 这个模型既没有注意力层也没有图像层，没有可画的内容。加入 MultiHeadAttention 或 Conv2d 再训练即可。

## 看什么
inspect-run = 运行
inspect-run-name = 运行 { $run } · { $experiment }
inspect-beside = 并排对照
inspect-beside-nobody = 不对照
inspect-by-steps = 按相同步数
    .hint = 另一次运行中步数最接近的时刻
inspect-by-epochs = 按相同轮数
    .hint = 另一次运行中看过同样多遍数据的时刻；批大小不同时用它
inspect-side-moment = 第 { $step } 步 · 第 { $epoch } 轮 · 训练损失 { $loss }
inspect-side-split = 这一行在这次运行里属于另一个划分：{ $split }
inspect-moment = 时刻
inspect-newest = 最新
    .hint = 最近一次保存的权重；训练进行时会自动跟进
inspect-best = 最佳
    .hint = 最佳一轮之后的权重
inspect-step = 第 { $step } 步
inspect-scrub = 在训练过程中移动
    .hint = 训练中可以回看的时刻。数量由训练设置里的“探针”决定。
inspect-play = 播放训练过程
inspect-pause = 停住
inspect-course = 训练过程中的损失；竖线是当前查看的时刻
inspect-sample = 样本
inspect-split-validation = 验证
inspect-split-test = 测试
inspect-split-training = 训练
inspect-sample-of = 第 { $sample } 个，共 { $samples } 个
inspect-own-text = 输入你自己的文本
    .hint = 用这次运行的分词器切分，代替数据行来查看；清空即回到数据行。
inspect-before = 上一个样本
inspect-next = 下一个样本

## 预测
inspect-answer = 预测
inspect-truth = 真实：{ $truth }
inspect-before-off = 全部打开时为 { $value }
inspect-off = 已关闭
inspect-off-step = 第 { $step } 个位置
inspect-all-on = 全部打开
inspect-damage = 每个头有多重要
inspect-damage-ask = 逐个关闭试试
    .hint = 依次关闭每个头，在整个验证集上重新评分：关掉也没影响的头可以去掉，关掉就变差的头支撑着模型。
inspect-damage-wait = 正在逐个关闭每个头，并重新评估验证集…
inspect-damage-cancel = 取消
inspect-damage-worst = 关闭 { $head } 影响最大：{ $rows } 行上的损失变化 { $loss }。

## 注意力图
inspect-show-attention = 注意力
    .hint = 每个头在看哪些位置
inspect-show-images = 特征图
    .hint = 图像层从样本中提取出了什么
inspect-show-cam = Grad-CAM
    .hint = 预测来自图像的哪些地方
inspect-order-layers = 按层
    .hint = 按模型中的顺序
inspect-order-entropy = 按专注度
    .hint = 熵低的在前：只看少数位置的头
inspect-order-distance = 按距离
    .hint = 看得最远的头在前
inspect-order-pattern = 按习惯
    .hint = 把看前一个、后一个、自身、第一个位置或分隔符的头排在一起
inspect-order-damage = 按重要性
    .hint = 关掉后损失最大的头在前
inspect-layer-heads = { $heads } 个头
inspect-layer-off = 关闭整个 { $layer }
inspect-layer-on = 重新打开 { $layer }
inspect-mean-of = { $layer } · 各头平均
inspect-together = 所有层合在一起
inspect-rollout = 所有层 · 注意力展开
    .hint = 注意力展开（rollout；Abnar 与 Zuidema，2020）：经过所有层之后，每个位置的结果来自输入的哪些位置？每层按“一半是各头平均、一半是直接通过的部分”计算，再把各层相乘：如果某个位置看向的位置自己又看了别处，就会一路追溯到那里。
inspect-average = 所有层 · 平均
    .hint = 所有层所有头的平均：模型在任何地方看了什么。它只把每一次“看”加起来，不沿着层去追溯；与注意力展开不同的地方，说明信息已经在位置之间移动过。
inspect-mean-about = 这一层各头的平均：它们合起来在看什么。只盯着一处的头在这里会显得很淡，打开那个头才能看清。
inspect-head = { $layer } · 第 { $head } 个头
inspect-head-off = 关闭{ $head }
inspect-head-on = 打开{ $head }
inspect-head-open = 点击放大；点眼睛图标可关闭它。
inspect-head-numbers = 分散在 { $entropy } 比特上，平均看 { $distance } 步远
inspect-head-missed = 关闭它，验证损失变化 { $loss }
inspect-pattern-itself = 看自身位置：{ $share }
inspect-pattern-previous = 看前一个位置：{ $share }
inspect-pattern-next = 看后一个位置：{ $share }
inspect-pattern-first = 看第一个位置：{ $share }
inspect-pattern-delimiter = 看分隔符：{ $share }
inspect-pattern-none = 没有特别偏好的位置
inspect-short-mean = 平均
inspect-short-itself = 自身
inspect-short-previous = 前一个
inspect-short-next = 后一个
inspect-short-first = 第一个
inspect-short-delimiter = 分隔符

## 放大后的图
inspect-all-heads = 所有头
inspect-as-matrix = 矩阵
    .hint = 纵向是谁在看，横向是看谁。滚轮缩放，拖动平移，双击显示全图。
inspect-as-lines = 连线
    .hint = 从每个位置连到它所看的位置
inspect-as-neurons = 数值
    .hint = 逐维查看这个头的得分由什么组成：查询、键以及两者的乘积
inspect-lines-about = 连线从左侧正在看的位置指向它所看的位置。指向某个位置，只显示它的连线。
inspect-lines-about-steps = 连线从左侧正在看的位置指向它所看的位置。指向某个位置，只显示它的连线；点击左侧的位置可把它关闭。
inspect-switch-off = 关闭
    .hint = 不用这个头重新预测，条形图显示变化。
inspect-switch-on = 打开
inspect-export = 把这张图存为 { $kind }，放在项目的 exports 文件夹
inspect-cell = { $from } 看 { $to }：{ $share }
inspect-legend = 0 到 { $most }

## Grad-CAM
inspect-cam-node = 层
inspect-cam-class = 类别
inspect-cam-by-channel = 按通道
    .hint = Grad-CAM：一个通道的所有像素都按其斜率的平均值加权。适合以全局平均结尾的模型；如果模型把像素展平，支持某个类别的部分可能互相抵消。
inspect-cam-by-pixel = 按像素
    .hint = HiResCAM（Draelos 与 Carin，2020）：每个像素按自己的斜率加权。对像 LeNet 那样把像素展平的模型也成立。
inspect-cam-about-pixels = HiResCAM（Draelos 与 Carin，2020）：{ $layer } 给出的每个数都按“{ $class }”的得分随它上升的程度加权，各通道相加后大于 0 的部分叠加在图像上，共 { $rows } × { $columns } 格。
inspect-cam-predicted = { $class }（预测）
inspect-cam-number = 这个数值
inspect-cam-picture = 输入的图像
inspect-cam-map = { $layer } 中支持“{ $class }”的部分
inspect-cam-about = Grad-CAM（Selvaraju 等，2017）：{ $layer } 的每个通道按“{ $class }”的得分随它上升的程度加权，相加后大于 0 的部分叠加在图像上，共 { $rows } × { $columns } 格。
inspect-cam-nothing = { $layer } 中没有支持“{ $class }”的部分：各通道加权相加后处处小于 0。请按像素加权，或换一个层或类别。
inspect-cam-cell = 最强处的 { $share }

## 逐个数值看一个头
inspect-neurons-about = 得分是 { $width } 个维度上“查询 × 键”之和再乘以 { $scale }（1 / √宽度），得分经 softmax 就是占比。蓝色大于 0，红色小于 0。在左侧选择看谁的查询。
inspect-neurons-query = 谁在看
inspect-neurons-key = 看谁
inspect-neurons-of-query = “{ $step }”的查询，下方是各个键
inspect-neurons-product = 查询 × 键
inspect-neurons-score = 得分
inspect-neurons-share = 占比
inspect-neurons-from = { $step } 的查询
inspect-neurons-told = { $step }：得分 { $score }，占比 { $share }
inspect-neurons-cell = 第 { $dimension } 维：{ $q } × { $k } = { $product }
