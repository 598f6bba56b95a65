// Softmax over rows, and cross-entropy of it: a row a block. The formulas are those of engine/kernels/src/softmax.rs
// and loss.rs.

// A number that is none is lost by the maximum and comes back with the powers.
__device__ float row_max(const float *row, long long width) {
    float largest = row[0];
    for (long long i = threadIdx.x; i < width; i += blockDim.x) largest = fmaxf(largest, row[i]);
    return block_max(largest);
}

// Σ exp(x − largest).
__device__ float row_powers(const float *row, long long width, float largest) {
    float sum = 0.0f;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) sum += expf(row[i] - largest);
    return block_sum(sum);
}

// x and y [rows, width].
extern "C" __global__ void softmax(const float *x, float *y, long long width) {
    const float *from = x + blockIdx.x * width;
    float *to = y + blockIdx.x * width;
    float largest = row_max(from, width);
    float share = 1.0f / row_powers(from, width, largest);
    for (long long i = threadIdx.x; i < width; i += blockDim.x) to[i] = expf(from[i] - largest) * share;
}

// dx = y · (dy − Σ y·dy).
extern "C" __global__ void softmax_backward(const float *y, const float *dy, float *dx, long long width) {
    long long at = blockIdx.x * width;
    float sum = 0.0f;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) sum += y[at + i] * dy[at + i];
    float dot = block_sum(sum);
    for (long long i = threadIdx.x; i < width; i += blockDim.x) dx[at + i] = y[at + i] * (dy[at + i] - dot);
}

// What each row counts in the mean: the weight of its label; nothing where the label is `ignored` or no class.
extern "C" __global__ void label_weights(const unsigned *labels, const float *weights, float *counts,
                                         long long rows, long long classes, long long ignored) {
    for ALL (rows) {
        long long label = labels[i];
        counts[i] = label == ignored || label >= classes ? 0.0f : weights[label];
    }
}

// A row's part of the loss, and dx. `share` is one number: 1 / Σ counts, or 1.
extern "C" __global__ void cross_entropy(const float *x, const unsigned *labels, const float *weights,
                                         const float *share, float *losses, float *dx, long long classes,
                                         long long ignored, float smoothing) {
    const float *row = x + blockIdx.x * classes;
    float *slope = dx + blockIdx.x * classes;
    long long label = labels[blockIdx.x];
    if (label == ignored) {
        for (long long i = threadIdx.x; i < classes; i += blockDim.x) slope[i] = 0.0f;
        if (threadIdx.x == 0) losses[blockIdx.x] = 0.0f;
        return;
    }
    float largest = row_max(row, classes);
    float powers = row_powers(row, classes, largest);
    float log_sum = logf(powers) + largest;
    float evenly = smoothing / classes;
    float of_row = 0.0f, loss = 0.0f;
    for (long long i = threadIdx.x; i < classes; i += blockDim.x) {
        float target = share[0] * weights[i] * ((i == label ? 1.0f - smoothing : 0.0f) + evenly);
        of_row += target;
        loss -= target * (row[i] - log_sum);
    }
    of_row = block_sum(of_row);
    loss = block_sum(loss);
    for (long long i = threadIdx.x; i < classes; i += blockDim.x) {
        float target = share[0] * weights[i] * ((i == label ? 1.0f - smoothing : 0.0f) + evenly);
        slope[i] = expf(row[i] - log_sum) * of_row - target;
    }
    if (threadIdx.x == 0) losses[blockIdx.x] = loss;
}
