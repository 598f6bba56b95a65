# The Train screen.

## The controls
train-button = Train
    .hint = Train a new run with the settings on the left
train-button-faults =
    { $count ->
        [one] One setting is out of its range: { $field }
       *[other] { $count } settings are out of their range, the first is { $field }
    }
train-button-memory = A step takes more memory than this device has
train-button-busy = The engine is busy; this will work again in a moment
train-button-none = Open a project first
train-pause = Pause
    .hint = Hold this run between two steps; it keeps its place
train-pause-off = Only a run that is training can be paused
train-resume = Resume
    .hint = Go on from the very step where this run was held, or from its newest checkpoint
train-resume-off = Works on a run that is paused, was interrupted, or was stopped before its end
train-stop = Stop and keep
    .hint = End this run now, keep what it has learned and test it
train-stop-off = This run has already ended
train-steer = Steer
    .hint = See the settings that this run trains with, change them without a restart, or branch from a checkpoint
train-stop-none = No run is selected
train-extend = Train 10 more epochs
    .hint = A run that trains gets a later end; one that has ended goes on from its last checkpoint
train-extend-off = Works on a run that trains, is paused, or has ended well
train-shortcut = { $hint } ({ $keys })

## Where the run stands
train-run = Run { $run }
train-no-run = No run yet
train-progress = Progress of run { $run }
train-step = Step
    .hint = One step is one batch and one change of the weights
train-epoch = Epoch
    .hint = One epoch is once through all training rows
train-elapsed = Elapsed
    .hint = Time spent training; pauses are not counted
train-left = Time left
    .hint = Estimated from the speed so far
train-rate = Samples/s
    .hint = Training rows per second
train-memory = Memory
    .hint = What the whole program holds now
train-device = Device
    .hint = Where the run trains

## States
train-state-queued = Queued
train-state-running = Training
train-state-paused = Paused
train-state-finished = Finished
train-state-stopped = Stopped
train-state-failed = Failed
train-state-interrupted = Interrupted
train-foreign = Imported
    .hint = Another program trained this run. There are its curves, and no model to go on with or to test. Where its file does not say the epoch, look at it by step.
train-elsewhere = In the background
    .hint = Another program trains this run: one that went on when its window was closed, or a terminal. Pause, stop or change it from here as usual.

## A run whose program ended before it did
train-interrupted-at = Run { $run } stopped unexpectedly at step { $step }.
train-interrupted-back = It can go on from its checkpoint at step { $step }; the result will be the same.
train-interrupted-anew = It had no checkpoint yet: resumed, it begins again and does the same steps.
train-interrupted-resume = Resume run { $run }
train-held = Run { $run } holds, in memory.
train-save-elsewhere = Save elsewhere…
    .hint = Choose a folder on another disk. A copy of the project goes there with this run as it stands, to go on from the very step
train-interrupted-dismiss = Hide this

## Settings
train-settings = Settings
train-settings-new = New run
    .hint = What Train starts next
train-settings-experiment = Experiment
    .hint = What Train starts: a recipe, a model and these settings
train-group-run = Run
train-group-objective = Objective
train-group-optimization = Optimization
train-group-regularization = Regularization
train-group-fine-tuning = Fine-tuning
train-begin = Begins with
    .hint = The numbers that each run begins with: those of the pretrained model, where a layer has their name and shape.
train-group-data = Data
train-advanced = Advanced

setting-epochs = Epochs
    .hint =
        How many times the training rows are gone through.
        Usual: 10–200
setting-batch-size = Batch size
    .hint =
        Rows per step. Larger is faster and smoother, smaller finds rougher ways out.
        Usual: 16–256
setting-accumulation = Accumulation
    .hint =
        A step goes through its batch in so many parts and adds up their gradients. It needs the memory of a
        small batch and steps like a large one.
        Usual: 1
setting-checkpointing = Recompute
    .hint =
        Activation checkpointing.
        Keeps little of the forward pass and computes it again on the way back: much less memory for about a
        third more time. The results are the same.
        Usual: off
setting-threads = CPU threads
    .hint =
        How many threads the arithmetic may use. Fewer leave the machine some air; the results are the same.
        Usual: empty, for one a core
setting-threads-all = One a core
setting-precision = Precision
    .hint =
        The numbers that layers compute with on a GPU. Narrow ones are faster and need less memory; parameters
        and optimiser stay in f32, and with f16 the loss is scaled so that small gradients survive.
        Usual: f32; bf16 for large models
setting-validation-epochs = Epochs per look
    .hint =
        Epochs between two looks at the validation rows; the last epoch is always looked at. Early stopping,
        reduction on a plateau and the best epoch go by these looks.
        Usual: 1; more where validation takes long
setting-validation-steps = Steps per look
    .hint =
        Steps between two further looks at the validation rows, in the midst of an epoch. 0: not by steps.
        Usual: 0; less than an epoch where epochs are very long
setting-checkpoint-minutes = Minutes per save
    .hint =
        Minutes between two checkpoints. After a crash the run goes on from the newest one. 0: not by time.
        Usual: 5
setting-checkpoint-steps = Steps per save
    .hint =
        Steps between two checkpoints. 0: not by steps.
        Usual: 0
setting-checkpoint-keep = Checkpoints kept
    .hint =
        How many checkpoints stay on the disk. Older ones go once a newer one is found whole.
        Usual: 2
setting-probe-steps = Steps per probe
    .hint =
        Steps between two moments of the training that can be looked into: weights are put down for the Inspect screen. 0: spread over the run, about 40 times.
        Usual: 0
setting-probe-megabytes = Room for probes (MB)
    .hint =
        Most megabytes that the probes of a run take on the disk. Where they would take more, every second one goes. 0: no probes.
        Usual: 64
setting-checkpoint-best = Best epoch by
    .hint =
        What tells the best epoch, on the validation rows. Its weights are kept in every checkpoint.
        Usual: loss
setting-seed = Seed
    .hint =
        Where all random numbers start. The same seed gives the same run.
        Usual: any whole number
setting-device = Device
    .hint =
        Where the arithmetic is done. Automatic takes the fastest that is present.
        Usual: Automatic
setting-loss = Loss function
    .hint =
        What training makes small.
        Usual: cross-entropy for categories, mean squared error for numbers
setting-label-smoothing = Label smoothing
    .hint =
        Takes a little certainty from the true class, against overconfidence.
        Usual: 0–0.1
setting-class-weights = Class weights
    .hint =
        One weight per class, separated by commas; larger for rare classes. Empty means all count the same.
        Usual: empty
setting-class-weights-all = All equal
setting-delta = Delta
    .hint =
        Errors beyond this count linearly, so that outliers pull less.
        Usual: 0.5–2
setting-optimizer = Optimizer
    .hint =
        How weights follow their gradients.
        Usual: Adam or AdamW; SGD with momentum for convolutional networks
setting-learning-rate = Learning rate
    .hint =
        The size of a step. Too large: the loss jumps or explodes. Too small: it crawls.
        Usual: 1e-4–1e-2 for Adam, 0.01–0.1 for SGD
setting-momentum = Momentum
    .hint =
        How much of the last step is kept in the next one.
        Usual: 0.9, or 0 for none
setting-nesterov = Nesterov
    .hint =
        Looks one step of momentum ahead; needs a momentum above 0.
        Usual: on, with momentum
setting-beta1 = Beta 1
    .hint =
        How slowly the mean of the gradients forgets.
        Usual: 0.9
setting-beta2 = Beta 2
    .hint =
        How slowly the mean of the squared gradients forgets.
        Usual: 0.99–0.999
setting-epsilon = Epsilon
    .hint =
        A small number that keeps the division safe.
        Usual: 1e-10–1e-6
setting-rho = Rho
    .hint =
        How slowly the mean of the squared gradients forgets.
        Usual: 0.9–0.99
setting-weight-decay = Weight decay
    .hint =
        Pulls weights towards zero at every step, apart from the gradient.
        Usual: 0.01–0.1
setting-schedule = Schedule
    .hint =
        How the learning rate changes during the run.
        Usual: constant for short runs, cosine or one-cycle for long ones
setting-schedule-every = Every
    .hint =
        Epochs between two cuts of the learning rate.
        Usual: 10–30
setting-schedule-factor = Factor
    .hint =
        The learning rate is multiplied by this.
        Usual: 0.1–0.5 in steps, 0.9–0.99 every epoch
setting-schedule-floor = Floor
    .hint =
        The share of the learning rate that is left at the end.
        Usual: 0–0.1
setting-schedule-warmup = Warm-up
    .hint =
        The share of all steps in which the learning rate rises.
        Usual: 0.05–0.3
setting-schedule-patience = Patience
    .hint =
        Looks at the validation rows (one an epoch, unless set otherwise) without a better loss before the cut.
        Usual: 5–10
setting-l1 = L1
    .hint =
        Adds the sum of the weights' sizes to the loss; drives many weights to exactly zero.
        Usual: 0, or 1e-6–1e-4
setting-frozen = Frozen
    .hint = Layers that keep their numbers. Frozen layers cost no gradient: training is faster and takes less memory. First train the head alone, then the rest.
setting-frozen-none = None: all layers learn
setting-layer-decay = Layer decay
    .hint = Each layer learns at this share of the rate of the one above it, so that what lies deepest changes least. 1 is one rate for all; 0.9 is usual.
setting-l2 = L2
    .hint =
        Adds the sum of the squared weights to the loss; keeps weights small.
        Usual: 0, or 1e-5–1e-3
setting-clip = Gradient clipping
    .hint =
        What is done to gradients that are too large.
        Usual: none, or by norm for recurrent networks
setting-clip-max = Largest
    .hint =
        The largest joint norm of all gradients, or the largest value of each.
        Usual: 0.5–5
setting-early-stopping = Early stopping
    .hint =
        Ends the run when the validation loss stops getting better.
        Usual: on for long runs
setting-early-patience = Patience
    .hint =
        Looks at the validation rows (one an epoch, unless set otherwise) without a better loss that are borne.
        Usual: 3–20
setting-min-delta = Least change
    .hint =
        A smaller fall of the validation loss does not count as better.
        Usual: 0–1e-3
setting-restore-best = Restore the best
    .hint =
        Ends with the weights of the best epoch, not of the last one.
        Usual: on

train-device-auto = Automatic
train-device-auto-is = Automatic ({ $device })
train-device-missing = { $device } is not on this machine. Here are: { $devices }

train-curves-output = Output
    .hint = Of a model with several outputs: the curves of the whole, or of one output by itself.
train-curves-all-outputs = All outputs
train-loss-cross-entropy = Cross-entropy
train-loss-binary-cross-entropy = Binary cross-entropy
train-loss-mse = Mean squared error
train-loss-mae = Mean absolute error
train-loss-huber = Huber

train-optimizer-sgd = SGD
train-optimizer-adam = Adam
train-optimizer-adam-w = AdamW
train-optimizer-rms-prop = RMSprop
train-optimizer-adagrad = Adagrad
train-optimizer-adadelta = Adadelta

train-schedule-constant = Constant
train-schedule-step = Steps
train-schedule-exponential = Exponential
train-schedule-cosine = Cosine
train-schedule-warmup-linear = Warm-up, then linear
train-schedule-one-cycle = One cycle
train-schedule-reduce-on-plateau = Reduce on plateau
train-schedule-picture = The learning rate over the run

train-clip-none = None
train-clip-norm = By joint norm
train-precision-f32 = f32
train-precision-bf16 = bf16, mixed
train-precision-f16 = f16, mixed
train-precision-needs-gpu = Narrow numbers are for GPUs: choose one, or f32.
train-clip-value = By value

train-fault-too-small = Must be at least { $bound }
train-fault-too-large = Must be at most { $bound }
train-fault-not-above = Must be above { $bound }
train-fault-not-below = Must be below { $bound }
train-fault-not-finite = Type a number, for example 0.01 or 1e-4
train-fault-nesterov = Needs a momentum above 0
train-fault-metric = This loss has no such metric

train-step-memory = Memory per step
    .hint = The most that training takes at once, as far as the graph tells
train-memory-parts =
    The most that training takes at once, as far as the graph tells.
    Parameters { $parameters }
    Optimizer { $optimizer }
    Batches that wait { $batches }
    Activations and gradients { $activations }
train-memory-fault = This device has { $bytes }.
train-memory-no-way = This device has { $bytes }. Smaller layers or inputs would help.
train-memory-fit = Make it fit
    .hint =
        Goes through each batch in several parts, and, where that is not enough, computes activations again on
        the way back. The batch size stays.
train-data-split = Split
    .hint = Shares of the rows for training, validation and test
train-data-target = Target
    .hint = The column that is predicted
train-data-recipe = Recipe
    .hint = What is done to the columns, in this order; whatever is learned, is learned from the training rows
train-data-as-is = Columns as they are
tokenizer-characters = characters
tokenizer-words = words
tokenizer-white-space = whole words
tokenizer-chinese-words = Chinese words
tokenizer-bpe = BPE
tokenizer-byte-bpe = byte-level BPE
tokenizer-word-piece = WordPiece
tokenizer-unigram = Unigram
tokenizer-file = from a file

## Steering
steer-about = What this run trains with now. Changes apply before the next step, without a restart.
steer-about-idle = What this run would go on with. Changes apply from its checkpoint on, once it is resumed.
steer-about-over = This run has come to its end. Give it more epochs to go on with it, or branch from a checkpoint.
steer-rate-now = Now, by the schedule
    .hint = What the last step used: the learning rate times the schedule's factor
steer-dropout = Dropout of { $node }
    .hint =
        The share of numbers that is left out at random at every step.
        Usual: 0.1–0.5; 0 for none
steer-apply = Apply
    .hint = Change the run before its next step (Enter). Each change is kept in its log and marked on its curves
steer-reset = Reset
steer-change = { $setting } { $from } → { $to }
steer-change-at = Step { $step }: { $change }
branch-title = Branch
branch-about = A new run that begins at a checkpoint of this one, with the settings above. This one stays as it is.
branch-step = From step
    .hint = The checkpoints that are kept of this run
branch-model = Edited model
    .hint =
        Train the model as it is on the Model screen. Layers of the same name and shape begin with the weights of
        this run, the others anew.
branch-from = Branch from step { $step }
    .hint = The new run has this one's curves up to there, its weights and its place in the data
branch-roll-back = Roll back, learning rate { $rate }
    .hint = A branch from the newest checkpoint whose weights are all finite numbers, with a tenth of the learning rate
branch-again = Train again, learning rate { $rate }
    .hint = There is no checkpoint to roll back to. A new run with the same seed and a tenth of the learning rate
steer-log = Changes
steer-log-step = After step { $step }

## Curves
train-curve = { $metric } curve
train-axis-epoch = Epoch
    .hint = Compare runs by how often they have seen the data
train-axis-step = Step
    .hint = Compare runs by how many changes the weights have had
train-axis-time = Time
    .hint = Compare runs by how long they have trained, in seconds; pauses are not counted
train-axis-log = Log
    .hint = Counts the horizontal axis in powers of ten, so that the beginning can be seen
train-scale-linear = Linear
    .hint = Shows the loss as it is
train-scale-log = Log
    .hint = Shows the loss on a logarithmic scale, so that late progress can be seen
train-plot-save = Save the plot of { $metric }
train-plot-png = As PNG
    .hint = A picture of 1,920 × 1,080 points, for slides and messages
train-plot-svg = As SVG
    .hint = Lines and letters that stay sharp at every size, for papers
train-smoothing = Smoothing
    .hint = Averages the training curve over neighbouring points; the faint line is what was measured
train-bands = ± Seeds
    .hint = Draws runs that differ in their seeds alone as one: their mean, and a band of one standard deviation around it
train-bands-mean = Mean of { $seeds } seeds
train-curve-training = training
train-curve-validation = validation
train-curve-more = +{ $count }
train-tags = What it found
    .hint = Green is also in the other line; red is not: an entity is right as a whole
train-entities = Entities
    .hint = Precision is how much of what was called so is right; recall is how much of what there is was found
train-entities-kind = Kind
train-entities-support = count
train-texts = What it would have said
    .hint = Each token is predicted from the true ones before it.
train-texts-truth = True
train-texts-predicted = Predicted
train-texts-source = From

train-empty-title = Press Train to see it learn
train-empty-classification = Loss and accuracy draw themselves here while it trains. At the end comes the result on rows it has never seen. Every run is kept.
train-empty-regression = Loss and error draw themselves here while it trains. At the end comes the result on rows it has never seen. Every run is kept.
train-empty-hidden-title = All runs are hidden
train-empty-hidden-text = Turn on the eye of a run in the list to see its curves.
train-empty-waiting = Waiting for the first step…
train-empty-no-points = This run ended before its first point.

metric-loss = Loss
metric-accuracy = Accuracy
metric-perplexity = Perplexity
    .hint = How many tokens the model hesitates between, on average: e to the power of the loss
metric-f1 = Entity F1
    .hint = Whole entities that are right, of those that were called so and of those that are: the harmonic mean of precision and recall, as seqeval counts
metric-mae = MAE
    .hint = Mean absolute error, in the target's own unit
metric-rmse = RMSE
    .hint = Root of the mean squared error, in the target's own unit
metric-r2 = R²
    .hint = Share of the target's variance that is explained; 1 is perfect, 0 is no better than the mean
metric-learning-rate = Learning rate

## Runs
train-runs-number = Run
train-runs-experiment = Experiment
train-runs-state = State
train-runs-epochs = Epochs
train-runs-best-accuracy = Best accuracy
    .hint = The best accuracy on the validation rows
train-runs-best-f1 = Best F1
    .hint = The best F1 of entities on the validation rows
train-runs-best-r2 = Best R²
    .hint = The best R² on the validation rows
train-runs-test-accuracy = Test accuracy
    .hint = Accuracy on the test rows, looked at once, at the end
train-runs-test-f1 = Test F1
    .hint = F1 of entities on the test rows, looked at once, at the end
train-runs-test-r2 = Test R²
    .hint = R² on the test rows, looked at once, at the end
train-runs-parent = branch of run { $parent } at step { $step }
train-runs-waits = Waits, { $place }
train-runs-earlier = Run { $run } earlier in the queue
train-runs-later = Run { $run } later in the queue
train-runs-out = Take run { $run } out of the queue
train-runs-time = Time
train-runs-device = Device
train-runs-show = Show run { $run } in the plot
train-runs-hide = Hide run { $run } from the plot

## The selected run
train-result-so-far = Run { $run } so far
train-result-of = Result of run { $run }
train-result-none = The test result of a run stands here, with where it was right and where it was wrong.
train-result-live-text = The test rows are looked at once, when the run has ended.
train-result-queued = Starts when the run before it has ended.
train-result-pending = The test rows are being predicted…
train-result-rows = { $rows ->
        [one] on one test row
       *[other] on { $rows } test rows
    }
train-result-best-epoch = best at epoch { $epoch }
train-result-test-accuracy = Test accuracy
train-result-test-f1 = Test F1 of entities
train-result-test-r2 = Test R²
train-result-validation-accuracy = Best validation accuracy
train-result-validation-f1 = Best validation F1 of entities
train-result-validation-r2 = Best validation R²
train-result-training-loss = Training loss
train-result-validation-loss = Validation loss
train-result-parameters = Parameters
    .hint = Numbers that training changes
train-result-rate = Samples/s
    .hint = Training rows per second, over the whole run
train-result-time = Training time
train-result-seed = Seed
train-result-small = Learned values
train-copy-details = Copy details

## What was right and wrong
train-confusion = Confusion matrix
    .hint = Each row is a true class; the shade says which share of it was predicted as what
train-confusion-true = true
train-confusion-predicted = predicted
train-confusion-cell = { $rows ->
        [one] true { $truth }, predicted { $prediction }: one row
       *[other] true { $truth }, predicted { $prediction }: { $rows } rows
    }
train-confusion-share = { $share } of all that are { $truth }
train-scatter = Predicted against true
    .hint = Every dot is a test row; on the diagonal, the prediction is right
train-scatter-true = true { $target }
train-scatter-predicted = predicted { $target }
train-scatter-point = true { $truth }, predicted { $prediction }

## Seeds, searches, several runs
train-more = Seeds, searches and more
train-repeat = Train with several seeds…
    .hint = Queues the experiment with other seeds, to see what is luck
train-search = Search for settings…
    .hint = Tries learning rates, sizes, dropout and more, one run after another
train-at-once = Runs at the same time
    .hint = More of them begin only where the memory plans of all fit into what is free. They share the processor: often no faster
train-at-once-runs = { $runs ->
        [one] One run at a time
       *[other] { $runs } runs at the same time
    }
seeds-of-experiment = Train with several seeds
seeds-of-run = Repeat run { $run } with several seeds
seeds-about = The same training from other random beginnings. How far the results lie apart says how much is luck.
seeds-about-run = Trains what this run was begun with again, with the seeds that follow its own.
seeds-field = Seeds in all
seeds-fault = 2 to { $most }
seeds-queue = Queue the runs

## What stands out in the curves

diagnosis = Diagnosis
    .hint = Looked for after every epoch: a learning rate too high or too low, over- and underfitting, gradients that explode or vanish, dead units, a plateau, unequal classes, too few validation rows.
diagnosis-clear = Nothing stands out.
diagnosis-now = Set { $change }
    .hint = Changes the run from its next step on; the change is marked on the curve.
diagnosis-again = Try { $change }
    .hint = Begins a new run of this run's experiment with that change. This run stays as it is.
diagnosis-and = {", "}
diagnosis-rate = learning rate { $value }
diagnosis-epochs = { $value } epochs
diagnosis-l2 = L2 penalty { $value }
diagnosis-split = validation share { $value }
diagnosis-clip = clipping at norm 1
diagnosis-early-stopping = early stopping
diagnosis-weights = class weights
diagnosis-relu = ReLU in { $node }
diagnosis-leaky-relu = leaky ReLU in { $node }
