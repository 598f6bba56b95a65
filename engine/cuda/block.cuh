// How threads share work; stands before every .cu file here.

// `for ALL (count)`: each thread takes numbers a grid apart.
#define ALL(COUNT) (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < COUNT; \
                    i += (long long)gridDim.x * blockDim.x)

// What the threads of a block find together: every thread calls, and every thread gets the answer. A block has a
// power of two threads, at most MOST_THREADS. The order is fixed: the same numbers give the same bits.

#define MOST_THREADS 256

#define BLOCK_REDUCTION(NAME, TWO)                                                        \
    __device__ float NAME(float value) {                                                  \
        __shared__ float parts[MOST_THREADS];                                             \
        __syncthreads(); /* the answer before this one may still be read */               \
        parts[threadIdx.x] = value;                                                       \
        for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {                       \
            __syncthreads();                                                              \
            if (threadIdx.x < half) {                                                     \
                float a = parts[threadIdx.x], b = parts[threadIdx.x + half];              \
                parts[threadIdx.x] = TWO;                                                 \
            }                                                                             \
        }                                                                                 \
        __syncthreads();                                                                  \
        return parts[0];                                                                  \
    }

BLOCK_REDUCTION(block_sum, a + b)
BLOCK_REDUCTION(block_max, fmaxf(a, b))
