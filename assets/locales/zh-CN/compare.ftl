# 对比界面。

compare-empty-title = 还没有可以对比的运行
compare-empty-text = 每次运行都会保存。用不同的设置训练两次，就能在这里看出哪次更好，以及差距是不是偶然。

## 表格上方
compare-filter = 筛选运行
    .hint =
        在名称、标签、备注和设置中查找输入的词。
        可用 < <= > >= = != : 比较，例如 lr<0.01、test.accuracy>=0.97、optimizer.kind=adam、tag:baseline
        is:starred 只看加星的运行。各项条件须同时满足。
compare-filter-example = adam lr<0.01 tag:baseline
compare-clear-filter = 清除筛选
compare-shelf-runs = 运行 { $runs }
    .hint = 正在使用的运行
compare-shelf-archive = 归档 { $runs }
    .hint = 保留下来、但不再占地方的运行
compare-shelf-bin = 回收站 { $runs }
    .hint = 已删除的运行；30 天后彻底清除
compare-group-by = 分组
compare-grouped = 按{ $column }分组
compare-ungrouped = 不分组
compare-columns = 列
compare-columns-usual = 恢复默认的列
compare-find-column = 查找列
compare-choose-all = 全选
    .hint = 选中筛选出的运行，最多前 100 个
compare-choose-none = 取消选择
compare-chosen = 已选 { $count } 个

## 表头
compare-tags = 标签
compare-note = 备注
compare-started = 开始于
compare-best = 最佳{ $metric }
    .hint = 所有轮次中验证集上的最好值
compare-test = 测试{ $metric }
    .hint = 测试集上的结果，只在结束时评估一次
compare-head-filter = 筛选时写作：{ $name }
compare-sort = 按{ $column }排序
compare-group-by-this = 按此列分组
compare-hide-column = 隐藏此列

## 各行
compare-yes = 开
compare-no = 关
compare-group = { $column }：{ $value } · { $runs }
compare-group-none = 无
compare-star = 给运行 { $run } 加星
compare-unstar = 取消运行 { $run } 的星标
compare-more = 运行 { $run } 的更多操作
compare-none-found = 没有找到运行
compare-none-found-text = 没有运行同时满足所有筛选条件。
compare-no-runs = 这里没有运行
compare-no-runs-text = 所有运行都在归档或回收站里。
compare-no-archived = 归档是空的
compare-no-archived-text = 在运行的菜单中选择“归档”，即可收起它而不删除。
compare-no-deleted = 回收站是空的
compare-no-deleted-text = 删除的运行会在这里保留 30 天，之后彻底清除。

## 对运行的操作
compare-look = 在训练界面查看
compare-export-report = 导出报告
    .hint = 一个 HTML 网页，含结果、曲线、模型和设置，没有 Trainyard 的人也能看
compare-import = 导入曲线
    .hint = 把 TensorBoard、Weights & Biases 或 Trainyard 导出的 CSV 曲线作为运行加入此表
compare-export-csv = 将曲线导出为 CSV
    .hint = 每步一行，每个指标一列
compare-export-parquet = 将曲线导出为 Parquet
    .hint = 同一张表的列式文件，可用 pandas、polars、DuckDB 读取
compare-export-tensorboard = 导出到 TensorBoard
    .hint = 含曲线的事件文件
compare-export-unread = 请先选中该运行，以便读取
compare-edit-labels = 标签与备注…
compare-archive = 归档
compare-unarchive = 移出归档
compare-delete = 删除
compare-delete-off = 请先停止：训练中的运行不能删除
compare-restore = 恢复
compare-edit-labels-chosen = 给所选运行加标签…
compare-archive-chosen = 归档所选运行
compare-unarchive-chosen = 将所选运行移出归档
compare-delete-chosen = 删除所选运行

labels-of-run = 运行 { $run } 的标签与备注
labels-of-runs = { $count } 个运行的标签
labels-tags = 标签
labels-tags-hint = 用逗号分隔
labels-note = 备注
labels-keep = 保存

## 所选运行
compare-tab-curves = 曲线
    .hint = 训练过程中的损失和指标
compare-tab-settings = 设置
    .hint = 开始训练前选定的各项
compare-tab-model = 模型
    .hint = 新增、删除或改动的层
compare-tab-results = 结果
    .hint = 哪个更好，以及差距是不是偶然
compare-only-differences = 只看不同之处
compare-choose-title = 选择要对比的运行
compare-choose-one = 点击表格中的运行，曲线就会画在这里。
compare-choose-two = 再点击一个运行，即可与第一个并排查看。
compare-same-settings = 设置相同
compare-same-settings-text = 这些运行在训练前的设置没有任何不同。
compare-model-against = 与{ $run } 的模型相比：
compare-same-model = 模型相同
compare-reading = 正在读取运行…
compare-node-added = 新增 { $node }（{ $kind }）
compare-node-removed = 删除 { $node }（{ $kind }）
compare-node-changed = { $node } 有改动
compare-untested = 尚未测试
compare-class = 类别
compare-recall = 召回率
compare-precision = 精确率
compare-disagreements = 意见不同的样本
compare-line = 第 { $line } 行
compare-row = 第 { $row } 个样本
compare-truth = 真实值：{ $truth }

## 结论
verdict-better =
    { $count ->
       *[other] { $better } 优于{ $other }：在相同的 { $rows } 个测试样本上，{ $metric }为 { $value }，对方为 { $other_value }。
    }
verdict-chance = { $better } 未必优于{ $other }：在相同的 { $rows } 个测试样本上，{ $metric }为 { $value }，对方为 { $other_value }，这样的差距可能只是偶然。
verdict-equal = { $better } 与{ $other } 不相上下：在相同的 { $rows } 个测试样本上，{ $metric }均为 { $value }。
verdict-runs = 运行 { $runs }
verdict-space = { "" }
verdict-by-rows = 换一批样本，领先幅度会在 { $low } 到 { $high } 之间（{ $confidence } % 置信区间，自助法重采样 { $resamples } 次）。
verdict-mcnemar = 只有{ $better } 答对的样本有 { $only_better } 个，只有{ $other } 答对的有 { $only_other } 个；McNemar 检验：p { $p }。
verdict-by-seeds = 换一批随机种子，则在 { $low } 到 { $high } 之间（Welch 区间）。
verdict-one-seed = 各只有一个随机种子：其中多少是种子的运气，换几个种子重跑才知道。
verdict-untested = 以下运行没有可供对比的预测（未经测试，或早于此功能）：{ $runs }。重新训练或再多训练几轮即可。
verdict-elsewhere = 以下运行在不同的样本上测试，无法对比：{ $runs }。
verdict-one-model = 这些运行只有随机种子不同，没有需要比较的差别。
disagree-classes =
    { $rows ->
        [0] { $first } 与{ $second } 对每个测试样本的回答都相同。
       *[other] { $first } 与{ $second } 在 { $rows } 个测试样本上意见不同：只有{ $first } 答对 { $only_first } 个，只有{ $second } 答对 { $only_second } 个，都答错 { $neither } 个。
    }
disagree-numbers = { $first } 在 { $only_first } 个测试样本上更接近真值，{ $second } 在 { $only_second } 个上更接近；共 { $rows } 个样本的预测不同，误差相同的 { $neither } 个。
disagree-many-classes =
    { $rows ->
        [0] { $runs } 个运行对每个测试样本的回答都相同。
       *[other] { $runs } 个运行在 { $rows } 个测试样本上回答不一。仅一个运行答对的：{ $alone }；全部答错 { $none } 个。
    }
disagree-many-numbers = { $runs } 个运行在 { $rows } 个测试样本上预测不同。最接近真值的次数：{ $alone }；{ $none } 个样本上有多个运行同样接近。

## 运行报告
report-facts = 训练环境
report-fingerprint = 数据指纹
report-version = Trainyard
report-confusion = 混淆矩阵（行：真实，列：预测）
report-scatter = { $target }：纵轴为预测值，横轴为真实值
compare-searches = 搜索
    .hint = 搜索好的设置，查看以往搜索的结果
compare-seeds = 种子
compare-group-seeds = 种子
    .hint = 把只有随机种子不同的运行放在一起，给出均值 ± 标准差
compare-repeat = 用多个种子重复…
    .hint = 用其他种子把这次运行开始时的设置再训练几遍
