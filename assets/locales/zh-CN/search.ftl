search-list = 搜索
search-new = 新建
search-back = 运行
search-none = 还没有。选择设置和范围；每次试验都是一次运行，与其他运行一样保留。
search-reading = 正在读取…
search-name = 搜索 { $search }
search-state-running = 搜索中
search-state-paused = 已暂停
search-state-finished = 已完成
search-state-failed = 失败

## 新建
search-form = 为 { $experiment } 搜索设置
search-form-about = 逐次训练，只用验证集比较优劣；测试集不参与挑选。
search-space = 设置与范围
    .hint =
        每次试验可以取的值。范围越宽，需要的试验越多。
        通常：先搜学习率，再搜层的大小和 dropout
search-from = { $setting } 下限
search-to = { $setting } 上限
search-values = { $setting } 的候选值
search-log = 对数
    .hint = 按比例而不是按差值取值：0.001 到 0.01 之间与 0.01 到 0.1 之间的试验一样多
search-other = 其他设置
    .hint = 在 project.toml 中的路径和范围：optimizer.beta1=0.8..0.99、model.hidden.units=16..256:16、clip.kind=none,norm
search-add = 添加这个设置
search-sampler = 取值方法
    .hint = 由谁决定下一次试什么
search-sampler-tpe = TPE
    .hint = 从已有试验中学习好结果集中在哪里（Bergstra 等，2011）。通常选它
search-sampler-random = 随机
    .hint = 每个值的机会均等，适合作为对照
search-sampler-grid = 网格
    .hint = 尝试所有组合；每个范围分为四档
search-pruner = 提前放弃
    .hint = 何时提前结束表现差的试验，把时间留给其他试验
search-pruner-none = 不放弃
    .hint = 每次试验都训练到最后
search-pruner-median = 中位数
    .hint = 若目前的最好成绩不如其他试验同期的中位数，就结束它
search-pruner-asha = ASHA
    .hint = 在第 1、4、16…轮后，每四个只留下最好的一个（Li 等，2020）。短的试验多，长的试验少
search-metric = 评价指标
    .hint = 以它在验证集上的最好值作为一次试验的成绩
search-trials = 试验次数
    .hint =
        一共试多少次。
        通常：20–100 次；每个设置约十次
search-folds = 折数
    .hint =
        交叉验证：除测试集外的数据分成若干折，每次试验在每一折上各训练一次，取平均成绩。更慢，但数据少时更不靠运气。
        通常：留空表示不用；数据少时用 5
search-seed = 随机种子
    .hint = 种子相同，搜索就相同。所有运行都用实验自己的种子训练
search-begin = 开始搜索
search-reset = 重置
search-unreadable = 请输入数字，例如 0.01 或 1e-4
search-runs = 最多 { $runs } 次运行

## 结果
search-pause = 暂停
    .hint = 暂停搜索和它的运行；之后都从原处继续
search-resume = 继续
    .hint = 从原处继续
search-open-best = 把最佳结果打开为实验
    .hint = 用最佳试验的设置新建一个实验
search-no-best = 还没有试验跑到最后
search-best-name = { $experiment }，搜索 { $search } 的最佳
search-best-value = { $value }（试验 { $trial }）
search-fact-experiment = 实验
search-fact-trials = 试验
search-fact-best = 最佳{ $metric }
search-progress = 目前最佳{ $metric }
    .hint = 每个点是一次试验，提前放弃的颜色较淡；折线是跑到最后的试验中的最好成绩
search-importance = 哪些设置有影响
    .hint = 打乱某个设置后，随机森林对未见过的试验预测变差多少（置换重要性，Breiman 2001）
search-importance-few = 至少要有 10 次试验跑到最后才能下结论；目前有 { $trials } 次。
search-importance-told = 来自 { $trials } 次试验；解释了 { $explained } 的差异
search-importance-weak = 这 { $trials } 次试验能解释的很少（{ $explained }）：先不要相信这些条形
search-parallel = 各次试验的平行坐标
    .hint = 沿一条轴拖动，只留下经过那里的试验；单击轴则全部显示。最后一条轴越高越好
search-axis = 轴 { $setting }
search-all = 全部显示
search-trials-shown = { $trials } 次试验
search-newest = 最新
search-best-first = 最佳
search-trial = 试验
search-trial-name = 试验 { $trial }
search-trial-hint = 单击查看它的运行
search-trial-running = 进行中
search-trial-complete = 完成
search-trial-pruned = 已放弃
search-trial-failed = 失败
