try-empty-title = Nothing to try yet
try-empty-text = Train this experiment; from its first checkpoint on, also while it trains, its model writes here.
try-model = Model
    .hint = The run whose model writes: the best epoch’s where early stopping goes back to it, else the last checkpoint’s
try-run = run { $run }, step { $step }
try-prompt = Prompt
    .hint = What the model goes on from, or says in other words
try-prompt-hint = Begin a text here
try-write = Write
    .hint = The same model, prompt and seed give the same text
try-stop = Stop
try-sampling = How the next token is drawn
try-temperature = Temperature
    .hint = Below 1 the likely become likelier, above 1 less so; 0 takes the likeliest
try-top-p = Top-p
    .hint = Only the likeliest tokens that together have this share; 1 is all
try-top-k = Top-k
    .hint = Only so many of the likeliest tokens; 0 is all
try-min-p = Min-p
    .hint = Only tokens with this share of the likeliest one’s probability; 0 is all
try-repetition = Repetition penalty
    .hint = Above 1, tokens that were there become less likely
try-beams = Beams
    .hint = Above 1, so many texts are gone on with at the same time and the likeliest is kept; nothing is left to chance
try-tokens = Tokens
    .hint = At most so many are written
try-seed = Seed
    .hint = What chance begins from
try-nothing = What the model writes will stand here, the unlikelier a token, the warmer its ground.
try-written = Written
try-count = { $count ->
    [one] one token
   *[other] { $count } tokens
}
try-instead = Go on with instead
