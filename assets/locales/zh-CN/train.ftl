# 训练界面。

## 控制
train-button = 开始训练
    .hint = 用左侧的设置训练一次新的运行
train-button-faults =
    { $count ->
       *[other] 有 { $count } 项设置超出范围：{ $field }
    }
train-button-memory = 每一步所需内存超出了此设备的容量
train-button-busy = 引擎正忙，请稍候
train-button-none = 请先打开一个项目
train-pause = 暂停
    .hint = 在两步之间暂停，进度保留
train-pause-off = 只有正在训练的运行才能暂停
train-resume = 继续
    .hint = 从暂停的那一步或最新的检查点接着训练
train-resume-off = 适用于已暂停、意外中断或提前停止的运行
train-stop = 停止并保留
    .hint = 立即结束本次运行，保留已学到的参数并在测试集上评估
train-stop-off = 该运行已经结束
train-steer = 调控
    .hint = 查看本次运行使用的设置，无需重新开始即可修改，也可以从检查点建立分支
train-stop-none = 尚未选择运行
train-extend = 再训练 10 轮
    .hint = 训练中的运行会延后结束；已结束的运行从最后的检查点接着训练
train-extend-off = 适用于训练中、已暂停或正常结束的运行
train-shortcut = { $hint }（{ $keys }）

## 进度
train-run = 运行 { $run }
train-no-run = 还没有运行
train-progress = 运行 { $run } 的进度
train-step = 步数
    .hint = 每一步用一个批次更新一次权重
train-epoch = 轮次
    .hint = 一轮（epoch）即遍历一次全部训练样本
train-elapsed = 已用时间
    .hint = 训练所用的时间，不含暂停
train-left = 剩余时间
    .hint = 按目前的速度估算
train-rate = 样本/秒
    .hint = 每秒处理的训练样本数
train-memory = 内存
    .hint = 整个程序当前占用的内存
train-device = 设备
    .hint = 运行所在的设备

## 状态
train-state-queued = 排队中
train-state-running = 训练中
train-state-paused = 已暂停
train-state-finished = 已完成
train-state-stopped = 已停止
train-state-failed = 失败
train-state-interrupted = 意外中断
train-foreign = 外部导入
    .hint = 这个运行由其他程序训练：只有曲线，没有可继续训练或测试的模型。若文件未注明轮次，请按步查看。
train-elsewhere = 后台
    .hint = 这个运行由另一个程序训练：窗口关闭后留在后台的训练，或某个终端。可以照常在这里暂停、停止或调整它。

## 程序先于运行结束
train-interrupted-at = 运行 { $run } 在第 { $step } 步意外中断。
train-interrupted-back = 可以从第 { $step } 步的检查点继续，结果与未中断时完全相同。
train-interrupted-anew = 当时还没有检查点：继续时会从头开始，每一步都与之前相同。
train-interrupted-resume = 继续运行 { $run }
train-held = 运行 { $run } 已暂停，内容保留在内存中。
train-save-elsewhere = 另存到…
    .hint = 选择另一个磁盘上的文件夹。项目副本连同这个运行会保存到那里，可从当前这一步继续
train-interrupted-dismiss = 隐藏此提示

## 设置
train-settings = 设置
train-settings-new = 新运行
    .hint = 下一次开始训练时使用的设置
train-settings-experiment = 实验
    .hint = 训练的对象：数据处理、模型和这些设置
train-group-run = 运行
train-group-objective = 目标
train-group-optimization = 优化
train-group-regularization = 正则化
train-group-fine-tuning = 微调
train-begin = 初始权重
    .hint = 每次运行开始时的数值：名称和形状相同的层使用预训练模型的数值。
train-group-data = 数据
train-advanced = 高级

setting-epochs = 轮次
    .hint =
        遍历全部训练样本的次数（epoch）。
        常用：10–200
setting-batch-size = 批大小
    .hint =
        每一步使用的样本数。大则快而平稳，小则噪声大、更易跳出局部极小。
        常用：16–256
setting-accumulation = 梯度累积
    .hint =
        把每批数据分成几份依次计算，累加梯度后再更新一次：内存只需小批量的，效果如同大批量。
        常用：1
setting-checkpointing = 激活重计算
    .hint =
        前向计算时少存中间结果，反向时再算一遍：内存大幅减少，时间约多三分之一，结果不变。
        常用：关
setting-threads = CPU 线程数
    .hint =
        计算最多使用多少个线程。少用几个，电脑更流畅；结果不变。
        常用：留空（每核一个）
setting-threads-all = 每核一个
setting-precision = 精度
    .hint =
        在 GPU 上各层计算所用的数值类型。位数少则更快、更省显存；参数和优化器始终用 f32，
        选 f16 时会自动缩放损失，避免小梯度丢失。
        常用：f32；大模型用 bf16
setting-validation-epochs = 验证间隔（轮）
    .hint =
        每隔多少轮在验证集上评估一次；最后一轮总会评估。早停、按平台期降低学习率和最佳轮次都以这些评估为准。
        常用：1；验证较慢时可加大
setting-validation-steps = 验证间隔（步）
    .hint =
        在一轮之中，每隔多少步再评估一次验证集。0 表示不按步数评估。
        常用：0；一轮很长时可设为小于一轮的步数
setting-checkpoint-minutes = 检查点间隔（分钟）
    .hint =
        每隔多少分钟保存一个检查点。意外中断后，运行从最新的检查点继续。0 表示不按时间保存。
        常用：5
setting-checkpoint-steps = 检查点间隔（步）
    .hint =
        每隔多少步保存一个检查点。0 表示不按步数保存。
        常用：0
setting-checkpoint-keep = 保留检查点数
    .hint =
        磁盘上保留多少个检查点。确认新的检查点完整后才删除旧的。
        常用：2
setting-probe-steps = 探针间隔（步）
    .hint =
        每隔多少步留存一次权重，供“透视”页面回看训练过程。0 表示在整个训练中均匀留存约 40 次。
        常用：0
setting-probe-megabytes = 探针空间（MB）
    .hint =
        一次运行的探针最多占用的磁盘空间。超出时每隔一个删去一个。0 表示不留存。
        常用：64
setting-checkpoint-best = 最佳轮次依据
    .hint =
        用验证集上的哪个指标判断最佳轮次。最佳轮次的权重保存在每个检查点中。
        常用：损失
setting-seed = 随机种子
    .hint =
        所有随机数的起点。种子相同，结果相同。
        常用：任意整数
setting-device = 设备
    .hint =
        在哪里计算。“自动”会选用现有的最快设备。
        常用：自动
setting-loss = 损失函数
    .hint =
        训练要最小化的目标。
        常用：分类用交叉熵，回归用均方误差
setting-label-smoothing = 标签平滑
    .hint =
        从真实类别上匀出一点概率，避免模型过度自信。
        常用：0–0.1
setting-class-weights = 类别权重
    .hint =
        每个类别一个权重，用逗号分隔；少见的类别可设大一些。留空表示同等对待。
        常用：留空
setting-class-weights-all = 全部相同
setting-delta = Delta
    .hint =
        超过此值的误差按线性计算，减小离群点的影响。
        常用：0.5–2
setting-optimizer = 优化器
    .hint =
        权重如何沿梯度更新。
        常用：Adam 或 AdamW；卷积网络也常用带动量的 SGD
setting-learning-rate = 学习率
    .hint =
        每一步的大小。太大则损失震荡甚至发散，太小则进展缓慢。
        常用：Adam 1e-4–1e-2，SGD 0.01–0.1
setting-momentum = 动量
    .hint =
        上一步有多少延续到下一步。
        常用：0.9；0 表示不用
setting-nesterov = Nesterov
    .hint =
        沿动量方向先看一步；需要动量大于 0。
        常用：有动量时开启
setting-beta1 = Beta 1
    .hint =
        梯度均值的衰减系数。
        常用：0.9
setting-beta2 = Beta 2
    .hint =
        梯度平方均值的衰减系数。
        常用：0.99–0.999
setting-epsilon = Epsilon
    .hint =
        防止除以零的小常数。
        常用：1e-10–1e-6
setting-rho = Rho
    .hint =
        梯度平方均值的衰减系数。
        常用：0.9–0.99
setting-weight-decay = 权重衰减
    .hint =
        每一步都把权重向零拉近，与梯度无关。
        常用：0.01–0.1
setting-schedule = 调度方式
    .hint =
        学习率在训练过程中如何变化。
        常用：短训练用恒定，长训练用余弦或单周期
setting-schedule-every = 间隔轮次
    .hint =
        每隔多少轮降低一次学习率。
        常用：10–30
setting-schedule-factor = 系数
    .hint =
        学习率乘以该系数。
        常用：阶梯式 0.1–0.5，每轮衰减 0.9–0.99
setting-schedule-floor = 下限
    .hint =
        结束时学习率所剩的比例。
        常用：0–0.1
setting-schedule-warmup = 预热
    .hint =
        学习率上升阶段占总步数的比例。
        常用：0.05–0.3
setting-schedule-patience = 耐心轮次
    .hint =
        连续多少次验证（默认每轮一次）损失没有改善后降低学习率。
        常用：5–10
setting-l1 = L1
    .hint =
        在损失中加入权重绝对值之和，使许多权重恰好为零。
        常用：0，或 1e-6–1e-4
setting-frozen = 冻结
    .hint = 保持数值不变的层。冻结的层不计算梯度，训练更快、更省内存。可先只训练输出头，再训练其余部分。
setting-frozen-none = 无：所有层都学习
setting-layer-decay = 逐层衰减
    .hint = 每一层的学习率是其上一层的这个倍数，越底层变化越小。1 表示所有层相同，常用 0.9。
setting-l2 = L2
    .hint =
        在损失中加入权重平方和，使权重保持较小。
        常用：0，或 1e-5–1e-3
setting-clip = 梯度裁剪
    .hint =
        如何处理过大的梯度。
        常用：不裁剪；循环网络按范数裁剪
setting-clip-max = 上限
    .hint =
        全部梯度的总范数上限，或每个梯度值的上限。
        常用：0.5–5
setting-early-stopping = 早停
    .hint =
        验证损失不再改善时提前结束训练。
        常用：训练较长时开启
setting-early-patience = 耐心轮次
    .hint =
        允许连续多少次验证（默认每轮一次）损失没有改善。
        常用：3–20
setting-min-delta = 最小改善
    .hint =
        验证损失的下降小于此值不算改善。
        常用：0–1e-3
setting-restore-best = 恢复最佳权重
    .hint =
        结束时使用最佳轮次的权重，而不是最后一轮的。
        常用：开启

train-device-auto = 自动
train-device-auto-is = 自动（{ $device }）
train-device-missing = 本机没有 { $device }。可用设备：{ $devices }

train-curves-output = 输出
    .hint = 模型有多个输出时：查看整体的曲线，或单个输出的曲线。
train-curves-all-outputs = 全部输出
train-loss-cross-entropy = 交叉熵
train-loss-binary-cross-entropy = 二元交叉熵
train-loss-mse = 均方误差
train-loss-mae = 平均绝对误差
train-loss-huber = Huber

train-optimizer-sgd = SGD
train-optimizer-adam = Adam
train-optimizer-adam-w = AdamW
train-optimizer-rms-prop = RMSprop
train-optimizer-adagrad = Adagrad
train-optimizer-adadelta = Adadelta

train-schedule-constant = 恒定
train-schedule-step = 阶梯式
train-schedule-exponential = 指数衰减
train-schedule-cosine = 余弦
train-schedule-warmup-linear = 预热后线性衰减
train-schedule-one-cycle = 单周期
train-schedule-reduce-on-plateau = 停滞时降低
train-schedule-picture = 训练过程中的学习率

train-clip-none = 不裁剪
train-clip-norm = 按总范数
train-precision-f32 = f32
train-precision-bf16 = bf16 混合精度
train-precision-f16 = f16 混合精度
train-precision-needs-gpu = 低精度只能用于 GPU：请选择 GPU，或改回 f32。
train-clip-value = 按数值

train-fault-too-small = 不能小于 { $bound }
train-fault-too-large = 不能大于 { $bound }
train-fault-not-above = 必须大于 { $bound }
train-fault-not-below = 必须小于 { $bound }
train-fault-not-finite = 请输入数字，例如 0.01 或 1e-4
train-fault-nesterov = 需要动量大于 0
train-fault-metric = 当前的损失函数没有这个指标

train-step-memory = 每步内存
    .hint = 根据网络结构估算的训练时内存峰值
train-memory-parts =
    根据网络结构估算的训练时内存峰值。
    参数 { $parameters }
    优化器 { $optimizer }
    待用的批数据 { $batches }
    激活值与梯度 { $activations }
train-memory-fault = 此设备共有 { $bytes }。
train-memory-no-way = 此设备共有 { $bytes }。请减小网络层或输入。
train-memory-fit = 调整到放得下
    .hint =
        把每批数据分成几份依次计算；仍放不下时，反向时重新计算激活值。批大小不变。
train-data-split = 划分
    .hint = 依次为训练、验证和测试样本的比例
train-data-target = 目标列
    .hint = 要预测的列
train-data-recipe = 处理
    .hint = 依次对各列所做的处理；需要学习的量只从训练集得到
train-data-as-is = 各列保持原样
tokenizer-characters = 按字符
tokenizer-words = 按词
tokenizer-white-space = 整词
tokenizer-chinese-words = 中文分词
tokenizer-bpe = BPE
tokenizer-byte-bpe = 字节级 BPE
tokenizer-word-piece = WordPiece
tokenizer-unigram = Unigram
tokenizer-file = 来自文件

## 调控
steer-about = 本次运行当前使用的设置。修改会在下一步之前生效，无需重新开始。
steer-about-idle = 本次运行继续时将使用的设置。恢复训练后，修改从检查点起生效。
steer-about-over = 本次运行已经结束。增加轮数后即可继续，也可以从检查点建立分支。
steer-rate-now = 当前（按调度）
    .hint = 上一步实际使用的值：学习率乘以调度系数
steer-dropout = { $node } 的丢弃率
    .hint =
        每一步随机丢弃的数值所占的比例。
        常用：0.1–0.5；0 为不丢弃
steer-apply = 应用
    .hint = 在下一步之前生效（回车）。每次修改都会记入日志，并标在曲线上
steer-reset = 还原
steer-change = { $setting } { $from } → { $to }
steer-change-at = 第 { $step } 步：{ $change }
branch-title = 分支
branch-about = 从本次运行的某个检查点出发，用上面的设置开始一次新的运行。本次运行保持不变。
branch-step = 起始步数
    .hint = 本次运行保留的检查点
branch-model = 使用编辑后的模型
    .hint =
        训练“模型”页面上当前的模型。名称和形状相同的层沿用本次运行的权重，其余的重新初始化。
branch-from = 从第 { $step } 步分支
    .hint = 新的运行沿用此前的曲线、权重以及数据读取位置
branch-roll-back = 回退，学习率 { $rate }
    .hint = 从权重全部正常的最新检查点建立分支，学习率降为十分之一
branch-again = 重新训练，学习率 { $rate }
    .hint = 没有可以回退的检查点。用相同的种子和十分之一的学习率开始新的运行
steer-log = 修改记录
steer-log-step = 第 { $step } 步之后

## 曲线
train-curve = { $metric }曲线
train-axis-epoch = 轮次
    .hint = 按遍历数据的次数比较
train-axis-step = 步数
    .hint = 按权重更新的次数比较
train-axis-time = 时间
    .hint = 按训练所用的秒数比较，不含暂停
train-axis-log = 对数
    .hint = 横轴按十的幂计数，便于看清开头
train-scale-linear = 线性
    .hint = 按原值显示损失
train-scale-log = 对数
    .hint = 用对数刻度显示损失，便于看清后期的进展
train-plot-save = 保存{ $metric }曲线图
train-plot-png = 存为 PNG
    .hint = 1920 × 1080 像素的图片，适合幻灯片和消息
train-plot-svg = 存为 SVG
    .hint = 矢量图，任意放大都清晰，适合论文
train-smoothing = 平滑
    .hint = 对训练曲线做滑动平均；浅色线为实际测得的值
train-bands = ± 种子
    .hint = 把只有随机种子不同的运行画成一条：均值曲线，以及上下各一个标准差的色带
train-bands-mean = { $seeds } 个种子的均值
train-curve-training = 训练
train-curve-validation = 验证
train-curve-more = +{ $count }
train-tags = 识别结果
    .hint = 绿色表示另一行也有，红色表示没有：实体必须整体一致才算对
train-entities = 实体
    .hint = 精确率：识别出来的有多少是对的；召回率：真实的有多少被找到
train-entities-kind = 类型
train-entities-support = 数量
train-texts = 模型会怎么说
    .hint = 每个词元都由它之前的真实词元预测。
train-texts-truth = 原文
train-texts-predicted = 预测
train-texts-source = 输入

train-empty-title = 点击“开始训练”，看模型学习
train-empty-classification = 训练时，损失和准确率曲线会在这里实时绘出；结束后给出在从未见过的样本上的结果。每次运行都会保存。
train-empty-regression = 训练时，损失和误差曲线会在这里实时绘出；结束后给出在从未见过的样本上的结果。每次运行都会保存。
train-empty-hidden-title = 所有运行均已隐藏
train-empty-hidden-text = 点亮列表中某个运行的眼睛图标，即可看到它的曲线。
train-empty-waiting = 正在等待第一步…
train-empty-no-points = 该运行在产生第一个数据点之前就结束了。

metric-loss = 损失
metric-accuracy = 准确率
metric-perplexity = 困惑度
    .hint = 模型平均在多少个词元之间犹豫：e 的损失次方
metric-f1 = 实体 F1
    .hint = 实体整体正确才算对：精确率与召回率的调和平均，与 seqeval 的算法一致
metric-mae = MAE
    .hint = 平均绝对误差，单位与目标列相同
metric-rmse = RMSE
    .hint = 均方根误差，单位与目标列相同
metric-r2 = R²
    .hint = 模型解释的方差比例；1 为完美，0 表示不比均值更好
metric-learning-rate = 学习率

## 运行列表
train-runs-number = 运行
train-runs-experiment = 实验
train-runs-state = 状态
train-runs-epochs = 轮次
train-runs-best-accuracy = 最佳准确率
    .hint = 验证集上最好的准确率
train-runs-best-f1 = 最佳 F1
    .hint = 验证集上最好的实体 F1
train-runs-best-r2 = 最佳 R²
    .hint = 验证集上最好的 R²
train-runs-test-accuracy = 测试准确率
    .hint = 测试集上的准确率，只在结束时评估一次
train-runs-test-f1 = 测试 F1
    .hint = 测试集上的实体 F1，只在结束时评估一次
train-runs-test-r2 = 测试 R²
    .hint = 测试集上的 R²，只在结束时评估一次
train-runs-parent = 运行 { $parent } 在第 { $step } 步的分支
train-runs-waits = 排队第 { $place }
train-runs-earlier = 将运行 { $run } 提前
train-runs-later = 将运行 { $run } 推后
train-runs-out = 将运行 { $run } 移出队列
train-runs-time = 用时
train-runs-device = 设备
train-runs-show = 在图中显示运行 { $run }
train-runs-hide = 在图中隐藏运行 { $run }

## 所选运行
train-result-so-far = 运行 { $run } 目前的表现
train-result-of = 运行 { $run } 的结果
train-result-none = 这里会显示运行在测试集上的结果，以及对在哪里、错在哪里。
train-result-live-text = 测试集只在运行结束时评估一次。
train-result-queued = 前一个运行结束后开始。
train-result-pending = 正在测试集上预测…
train-result-rows = { $rows } 个测试样本
train-result-best-epoch = 第 { $epoch } 轮最佳
train-result-test-accuracy = 测试准确率
train-result-test-f1 = 测试集实体 F1
train-result-test-r2 = 测试 R²
train-result-validation-accuracy = 最佳验证准确率
train-result-validation-f1 = 最佳验证集实体 F1
train-result-validation-r2 = 最佳验证 R²
train-result-training-loss = 训练损失
train-result-validation-loss = 验证损失
train-result-parameters = 参数量
    .hint = 训练所调整的数值个数
train-result-rate = 样本/秒
    .hint = 整个运行中每秒处理的训练样本数
train-result-time = 训练用时
train-result-seed = 随机种子
train-result-small = 学到的数值
train-copy-details = 复制详情

## 对与错
train-confusion = 混淆矩阵
    .hint = 每一行是一个真实类别；颜色深浅表示其中有多大比例被预测为各类别
train-confusion-true = 真实
train-confusion-predicted = 预测
train-confusion-cell = 真实 { $truth }，预测 { $prediction }：{ $rows } 个样本
train-confusion-share = 占所有 { $truth } 的 { $share }
train-scatter = 预测值与真实值
    .hint = 每个点是一个测试样本；落在对角线上即预测准确
train-scatter-true = 真实 { $target }
train-scatter-predicted = 预测 { $target }
train-scatter-point = 真实 { $truth }，预测 { $prediction }

## 种子、搜索、同时运行
train-more = 种子、搜索等
train-repeat = 用多个种子训练…
    .hint = 用其他随机种子排队训练同一个实验，看看运气占多少
train-search = 搜索设置…
    .hint = 逐次尝试不同的学习率、层的大小、dropout 等
train-at-once = 同时运行
    .hint = 只有当所有运行的内存计划都放得下时，才会同时开始。它们共用处理器，往往不会更快
train-at-once-runs = 同时运行 { $runs } 个
seeds-of-experiment = 用多个种子训练
seeds-of-run = 用多个种子重复运行 { $run }
seeds-about = 同样的训练，不同的随机起点。结果相差多少，就说明运气占多少。
seeds-about-run = 用它之后的种子，把这次运行开始时的设置再训练几遍。
seeds-field = 种子总数
seeds-fault = 2 到 { $most }
seeds-queue = 加入队列

## 曲线中值得注意之处

diagnosis = 诊断
    .hint = 每轮之后检查：学习率过高或过低、过拟合与欠拟合、梯度爆炸或消失、失活单元、停滞、类别不均衡、验证行数太少。
diagnosis-clear = 没有发现异常。
diagnosis-now = 立即调整：{ $change }
    .hint = 从下一步起改变这个运行；曲线上会标出这次调整。
diagnosis-again = 重新训练：{ $change }
    .hint = 用这项改动，以该运行的实验开始一个新的运行；原运行保持不变。
diagnosis-and = {"，"}
diagnosis-rate = 学习率 { $value }
diagnosis-epochs = { $value } 轮
diagnosis-l2 = L2 惩罚 { $value }
diagnosis-split = 验证比例 { $value }
diagnosis-clip = 梯度范数裁剪到 1
diagnosis-early-stopping = 提前停止
diagnosis-weights = 类别权重
diagnosis-relu = { $node } 改用 ReLU
diagnosis-leaky-relu = { $node } 改用 Leaky ReLU
