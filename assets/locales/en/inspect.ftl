# The Inspect screen.

inspect-empty-title = Nothing to look into yet
inspect-empty-text = Train a model first. As soon as it has kept what it learned, you see here what its heads attend to, and what becomes of its predictions without them.
inspect-wait = Looking inside …
inspect-nothing-inside = This model has no attention and no layers of images: there is nothing to draw. Add a MultiHeadAttention or a Conv2d, and train.

## What is looked at
inspect-run = Run
inspect-run-name = Run { $run } · { $experiment }
inspect-beside = Beside it
inspect-beside-nobody = No other run
inspect-by-steps = At the same step
    .hint = The moment of the other run whose step is nearest
inspect-by-epochs = At the same epoch
    .hint = The moment of the other run that has seen the data as often: right where batches differ in size
inspect-side-moment = step { $step } · epoch { $epoch } · training loss { $loss }
inspect-side-split = This row is in another split here: { $split }
inspect-moment = Moment
inspect-newest = Newest
    .hint = The weights as the run last kept them; follows a run that trains
inspect-best = Best
    .hint = The weights after the best epoch
inspect-step = step { $step }
inspect-scrub = Move through the training
    .hint = The moments of the training that can be looked into: how many is set among its settings (probes).
inspect-play = Play the training
inspect-pause = Hold
inspect-course = Loss over the training; the line is the moment that is shown
inspect-sample = Sample
inspect-split-validation = Validation
inspect-split-test = Test
inspect-split-training = Training
inspect-sample-of = { $sample } of { $samples }
inspect-own-text = A text of your own
    .hint = Cut by the run's own tokeniser and looked at in place of the row; empty it to see the row again.
inspect-before = Sample before
inspect-next = Next sample

## The prediction
inspect-answer = Prediction
inspect-truth = truth: { $truth }
inspect-before-off = { $value } with everything on
inspect-off = Switched off
inspect-off-step = step { $step }
inspect-all-on = Switch everything on
inspect-damage = What each head is worth
inspect-damage-ask = Switch off each in turn
    .hint = Scores the whole validation split without each head, one after another: heads whose absence costs nothing can go, heads whose absence hurts carry the model.
inspect-damage-wait = Every head is switched off in turn and the validation split scored again …
inspect-damage-cancel = Cancel
inspect-damage-worst = Without { $head } the loss over { $rows } rows changes the most: { $loss }.

## The maps
inspect-show-attention = Attention
    .hint = Which steps each head looks at
inspect-show-images = Feature maps
    .hint = What the layers of images make of the sample
inspect-show-cam = Grad-CAM
    .hint = Where in the picture the prediction comes from
inspect-order-layers = By layer
    .hint = As they stand in the model
inspect-order-entropy = By focus
    .hint = Lowest entropy first: heads that look at few steps
inspect-order-distance = By distance
    .hint = Heads first that look farthest
inspect-order-pattern = By habit
    .hint = Together what looks at the step before, the step after, itself, the first step or a delimiter
inspect-order-damage = By worth
    .hint = Heads first whose absence costs most
inspect-layer-heads = { $heads } heads
inspect-layer-off = Switch off all of { $layer }
inspect-layer-on = Switch { $layer } on again
inspect-mean-of = { $layer } · mean of its heads
inspect-together = All layers together
inspect-rollout = All layers · rollout
    .hint = Attention rollout (Abnar & Zuidema 2020): from which steps of the input does each step's result come, through all layers? Each layer counts as half the mean of its heads and half what goes past it unchanged; then the layers are multiplied, so that a look at a step that has itself looked elsewhere leads on to there.
inspect-average = All layers · mean
    .hint = The mean of all heads of all layers: what is looked at anywhere in the model. It adds up single looks and follows none of them through the layers; where rollout shows something else, what a step holds has come from other steps.
inspect-mean-about = The mean of the layer's heads: what they look at together. A head that looks at one place alone is faint here; open it to see it.
inspect-head = { $layer } · head { $head }
inspect-head-off = Switch off { $head }
inspect-head-on = Switch on { $head }
inspect-head-open = Click to open it; the eye switches it off.
inspect-head-numbers = Spreads over { $entropy } bits, looks { $distance } steps far on average
inspect-head-missed = Without it the validation loss changes by { $loss }
inspect-pattern-itself = Looks at the step itself: { $share }
inspect-pattern-previous = Looks at the step before: { $share }
inspect-pattern-next = Looks at the step after: { $share }
inspect-pattern-first = Looks at the first step: { $share }
inspect-pattern-delimiter = Looks at delimiters: { $share }
inspect-pattern-none = Looks at no place in particular
inspect-short-mean = mean
inspect-short-itself = itself
inspect-short-previous = before
inspect-short-next = after
inspect-short-first = first
inspect-short-delimiter = delimiter

## An opened map
inspect-all-heads = All heads
inspect-as-matrix = Matrix
    .hint = Who looks, down; at whom, across. The wheel zooms, dragging moves, a double click shows all of it.
inspect-as-lines = Lines
    .hint = From each step to those it looks at
inspect-as-neurons = Numbers
    .hint = What this head's scores are made of, dimension by dimension: query, keys, their products
inspect-lines-about = Lines go from the step that looks, at the left, to those it looks at. Point at a step to see its lines alone.
inspect-lines-about-steps = Lines go from the step that looks, at the left, to those it looks at. Point at a step to see its lines alone; click one at the left to switch it off.
inspect-switch-off = Switch off
    .hint = Predicts again without this head; the bars show what changed.
inspect-switch-on = Switch on
inspect-export = Save this map as { $kind } in the project's exports
inspect-cell = { $from } looks at { $to }: { $share }
inspect-legend = 0 to { $most }

## Grad-CAM
inspect-cam-node = Layer
inspect-cam-class = Class
inspect-cam-by-channel = By channel
    .hint = Grad-CAM: all pixels of a channel count as the mean of its slopes. Right where the model ends in a mean over all pixels; where it flattens them, what speaks for a class may cancel out.
inspect-cam-by-pixel = By pixel
    .hint = HiResCAM (Draelos & Carin 2020): each pixel counts as its own slope. Right also where the model flattens its pixels, as LeNet does.
inspect-cam-about-pixels = HiResCAM (Draelos & Carin 2020): each number that { $layer } gives counts as much as the score of “{ $class }” rises with it; what stays above 0 when the channels are added is laid over the picture, from { $rows } × { $columns } cells.
inspect-cam-predicted = { $class } (predicted)
inspect-cam-number = the number
inspect-cam-picture = What enters
inspect-cam-map = What speaks for “{ $class }” in { $layer }
inspect-cam-about = Grad-CAM (Selvaraju et al. 2017): each channel of { $layer } counts as much as the score of “{ $class }” rises with it; what stays above 0 when they are added is laid over the picture, from { $rows } × { $columns } cells.
inspect-cam-nothing = Nothing in { $layer } speaks for “{ $class }”: added up, its channels stay below 0 everywhere. Weigh by pixel, or choose another layer or class.
inspect-cam-cell = { $share } of the strongest

## A head number by number
inspect-neurons-about = A score is the sum of query × key over { $width } dimensions, times { $scale } (1 / √width); the softmax of the scores is the share. Blue is above 0, red below. Choose at the left whose query it is.
inspect-neurons-query = Looks
inspect-neurons-key = At
inspect-neurons-of-query = Query of “{ $step }”; under it, the keys
inspect-neurons-product = Query × key
inspect-neurons-score = Score
inspect-neurons-share = Share
inspect-neurons-from = Query of { $step }
inspect-neurons-told = { $step }: score { $score }, share { $share }
inspect-neurons-cell = Dimension { $dimension }: { $q } × { $k } = { $product }
