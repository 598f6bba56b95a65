// Layer normalisation: a row a block. The formulas are those of engine/kernels/src/norm/layer.rs.

// y = (x − mean) · inverse · weight + bias; x and y [rows, width], mean and inverse [rows].
extern "C" __global__ void layer_norm(const float *x, const float *weight, const float *bias, float *y, float *mean,
                                      float *inverse, long long width, float epsilon) {
    const float *from = x + blockIdx.x * width;
    float *to = y + blockIdx.x * width;
    float sum = 0.0f;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) sum += from[i];
    float middle = block_sum(sum) / width;
    float squares = 0.0f;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) squares += (from[i] - middle) * (from[i] - middle);
    float scale = 1.0f / sqrtf(block_sum(squares) / width + epsilon);
    for (long long i = threadIdx.x; i < width; i += blockDim.x) to[i] = (from[i] - middle) * scale * weight[i] + bias[i];
    if (threadIdx.x == 0) {
        mean[blockIdx.x] = middle;
        inverse[blockIdx.x] = scale;
    }
}

// dx = (g − mean of g − n · mean of g·n) · inverse, where g = dy · weight and n is what was scaled.
extern "C" __global__ void layer_norm_backward(const float *dy, const float *x, const float *mean,
                                               const float *inverse, const float *weight, float *dx,
                                               long long width) {
    long long at = blockIdx.x * width;
    float middle = mean[blockIdx.x], scale = inverse[blockIdx.x];
    float sum = 0.0f, along = 0.0f;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) {
        float g = dy[at + i] * weight[i];
        sum += g;
        along += g * (x[at + i] - middle) * scale;
    }
    sum = block_sum(sum) / width;
    along = block_sum(along) / width;
    for (long long i = threadIdx.x; i < width; i += blockDim.x) {
        float n = (x[at + i] - middle) * scale;
        dx[at + i] = (dy[at + i] * weight[i] - sum - n * along) * scale;
    }
}

#define COLUMNS 32

// The sums over a stretch of rows of dy · n and dy, [stretches, width] each: blocks of COLUMNS columns by stretches.
// The stretches are added up afterwards.
extern "C" __global__ void layer_norm_weights(const float *dy, const float *x, const float *mean,
                                              const float *inverse, float *dweight, float *dbias, long long rows,
                                              long long width) {
    __shared__ float of_weight[MOST_THREADS], of_bias[MOST_THREADS];
    long long column = blockIdx.x * (long long)COLUMNS + threadIdx.x % COLUMNS;
    long long stretch = (rows + gridDim.y - 1) / gridDim.y;
    long long end = (blockIdx.y + 1) * stretch < rows ? (blockIdx.y + 1) * stretch : rows;
    float weight = 0.0f, bias = 0.0f;
    if (column < width) {
        for (long long row = blockIdx.y * stretch + threadIdx.x / COLUMNS; row < end; row += blockDim.x / COLUMNS) {
            float g = dy[row * width + column];
            weight += g * (x[row * width + column] - mean[row]) * inverse[row];
            bias += g;
        }
    }
    of_weight[threadIdx.x] = weight;
    of_bias[threadIdx.x] = bias;
    __syncthreads();
    if (threadIdx.x >= COLUMNS || column >= width) return;
    for (unsigned lane = threadIdx.x + COLUMNS; lane < blockDim.x; lane += COLUMNS) {
        weight += of_weight[lane];
        bias += of_bias[lane];
    }
    dweight[blockIdx.y * width + column] = weight;
    dbias[blockIdx.y * width + column] = bias;
}
