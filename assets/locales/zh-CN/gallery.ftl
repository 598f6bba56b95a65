# 首页。

gallery-hero = 选好数据，开始训练，看它学会。
gallery-about = 在自己的电脑上做深度学习：不用 Python，不用 Notebook，不用云账号。
gallery-drop = 也可以把表格、文本、压缩包，或装有图片、音频的文件夹直接拖进窗口

gallery-examples = 从示例开始
gallery-examples-about = 打开的是副本，原始示例不会改变。
gallery-about-seconds = 约 { $seconds } 秒
gallery-opening = 正在打开…

example-digits-title = 手写数字
example-digits-about = 用一个小型卷积网络识别 8 × 8 图像里的手写数字。
example-line-title = 一条直线
example-line-about = 只用一个神经元，从带噪声的点里找出斜率和截距。
example-diagnosis-title = 乳腺癌诊断
example-diagnosis-about = 根据细胞核的 30 项测量值判断良性还是恶性。
example-wine-title = 葡萄酒品种
example-wine-about = 根据 13 项化学成分判断出自三种葡萄中的哪一种。
example-poems-title = 唐诗宋诗
example-poems-about = 小型 GPT 逐字学习唐诗与宋诗，并接着你的开头续写。
example-dates-title = 日期
example-dates-about = 编码器与解码器学会把任何写法的日期写成 2026-11-22，还能看到它们看向哪里。
example-reviews-zh-title = 中文评论
example-reviews-zh-about = Transformer 读中文评论，判断是好评还是差评；可以看到它在看哪些词。
example-entities-title = 句子里的名字
example-entities-about = 双向 LSTM 标出人名、地名、机构和日期，没见过的名字也要靠上下文认出来。
example-lstm-text-title = LSTM 写作
example-lstm-text-about = 两层 LSTM 逐字母学习《箴言》：最经典的文本生成器。

task-classification = 分类
task-regression = 回归
task-language-modeling = 语言模型
task-masked-lm = 掩码语言模型
task-tagging = 序列标注
task-translation = 翻译
task-reconstruction = 自编码

gallery-projects = 我的项目
gallery-change-folder = 更改文件夹…
gallery-no-projects = 还没有项目。打开的示例和新建的项目都会保存在这个文件夹里。
gallery-runs = { $runs ->
    [0] 还没有运行
   *[other] { $runs } 次运行
}

ago-now = 刚刚
ago-minutes = { $n } 分钟前
ago-hours = { $n } 小时前
ago-days = { $n ->
    [1] 昨天
   *[other] { $n } 天前
}
