search-list = Searches
search-new = New
search-back = Runs
search-none = None yet. Choose settings and ranges; each trial is a run that is kept like any other.
search-reading = Reading…
search-name = Search { $search }
search-state-running = Searching
search-state-paused = Paused
search-state-finished = Finished
search-state-failed = Failed

## A new one
search-form = Search for settings of { $experiment }
search-form-about = One trial after another is trained, told apart on the validation rows alone. The test rows say nothing about which is best.
search-space = Settings and their ranges
    .hint =
        What each trial may choose from. A wide range needs more trials.
        Usual: the learning rate first, then sizes and dropout
search-from = { $setting } from
search-to = { $setting } to
search-values = Values of { $setting }
search-log = Log
    .hint = Ratios count rather than differences: as many trials from 0.001 to 0.01 as from 0.01 to 0.1
search-other = Another setting
    .hint = Its path in project.toml and its range: optimizer.beta1=0.8..0.99, model.hidden.units=16..256:16, clip.kind=none,norm
search-add = Add this setting
search-sampler = Chosen by
    .hint = Who chooses what is tried next
search-sampler-tpe = TPE
    .hint = Learns from the trials so far where good ones are dense (Bergstra et al. 2011). The usual choice
search-sampler-random = Random
    .hint = Every value is as likely. Good as a yardstick
search-sampler-grid = Grid
    .hint = Every combination; ranges in four steps
search-pruner = Given up by
    .hint = When a trial that does badly is ended early, so that others can be tried
search-pruner-none = Nobody
    .hint = Every trial is trained to its end
search-pruner-median = Median
    .hint = Ends a trial whose best so far is worse than the median of the others after as many epochs
search-pruner-asha = ASHA
    .hint = After 1, 4, 16… epochs only the best of every four go on (Li et al. 2020). Many short trials, few long ones
search-metric = Told apart by
    .hint = The best of this on the validation rows is a trial's value
search-trials = Trials
    .hint =
        How many there are.
        Usual: 20–100; about ten for every setting
search-folds = Folds
    .hint =
        Cross-validation: each trial is trained once on each fold of the rows that are not for the test, and is worth the mean. Slower, and less a matter of luck with few rows.
        Usual: empty, for none; 5 with few rows
search-seed = Seed
    .hint = The same seed, the same search. All runs train with the seed of the experiment
search-begin = Search
search-reset = Reset
search-unreadable = Type numbers, for example 0.01 or 1e-4
search-runs = { $runs ->
        [one] one run
       *[other] { $runs } runs at most
    }

## What was found
search-pause = Pause
    .hint = Holds the search and its run; both go on exactly where they were
search-resume = Go on
    .hint = Goes on exactly where it was
search-open-best = Open the best as an experiment
    .hint = Puts the settings of the best trial on the table, as an experiment of its own
search-no-best = No trial has come to its end yet
search-best-name = { $experiment }, best of search { $search }
search-best-value = { $value } (trial { $trial })
search-fact-experiment = Experiment
search-fact-trials = Trials
search-fact-best = Best { $metric }
search-progress = Best { $metric } so far
    .hint = Every trial is a dot, fainter where it was given up; the line is the best of those that came to their ends
search-importance = What mattered
    .hint = By how much worse a random forest tells the value of a trial it has not seen when one setting is mixed up among the trials (permutation importance, Breiman 2001)
search-importance-few = At least 10 trials have to come to their ends before anything can be said; { $trials } have.
search-importance-told = From { $trials } trials; tells { $explained } of their differences
search-importance-weak = These { $trials } trials explain little ({ $explained }): do not believe the bars yet
search-parallel = Every trial on its axes
    .hint = Drag along an axis to keep the trials that pass there; click it to let all pass. Higher on the last axis is better
search-axis = Axis { $setting }
search-all = Let all pass
search-trials-shown = { $trials ->
        [one] one trial
       *[other] { $trials } trials
    }
search-newest = Newest
search-best-first = Best
search-trial = Trial
search-trial-name = Trial { $trial }
search-trial-hint = Click to look at its run
search-trial-running = Running
search-trial-complete = Complete
search-trial-pruned = Given up
search-trial-failed = Failed
