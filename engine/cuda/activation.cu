// Activation functions and their slopes, number by number, in f32 and bf16. Formulas, kinds and what is kept (x or
// y) are those of engine/kernels/src/activation.rs; kinds are numbered by engine/src/tape/ops/activation/cuda.rs.

// A bf16 is the upper half of an f32; rounded to nearest, ties to even.
struct Bf16 {
    unsigned short bits;
};
__device__ float wide(float x) { return x; }
__device__ float wide(Bf16 x) { return __uint_as_float((unsigned)x.bits << 16); }
__device__ void put(float *to, float x) { *to = x; }
__device__ void put(Bf16 *to, float x) {
    unsigned bits = __float_as_uint(x);
    unsigned rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    to->bits = x == x ? (unsigned short)rounded : (unsigned short)0x7fff;
}

enum { RELU, LEAKY_RELU, ELU, GELU, GELU_TANH, SILU, TANH, SIGMOID };

__device__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

// Φ, the normal distribution's share below x.
__device__ float below(float x) { return 0.5f * (1.0f + erff(x * 0.70710678f)); }

// 2 √(2/π) (x + 0.044715 x³), of which Φ is nearly the sigmoid. Far out, where Φ is 0 or 1, x is held.
__device__ float held(float x) { return fminf(fmaxf(x, -100.0f), 100.0f); }
__device__ float bent(float x) { return held(x) * (1.5957691f + 0.071354816f * held(x) * held(x)); }

__device__ float function(int kind, float parameter, float x) {
    switch (kind) {
        case RELU: return x <= 0.0f ? 0.0f : x;
        case LEAKY_RELU: return x <= 0.0f ? parameter * x : x;
        case ELU: return x <= 0.0f ? parameter * expm1f(x) : x;
        case GELU: return x * below(x);
        case GELU_TANH: return x * sigmoid(bent(x));
        case SILU: return x * sigmoid(x);
        case TANH: return tanhf(x);
        default: return sigmoid(x);
    }
}

// From x, or from y where the slope follows from it.
__device__ float slope(int kind, float parameter, float kept) {
    switch (kind) {
        case RELU: return kept <= 0.0f ? 0.0f : 1.0f;
        case LEAKY_RELU: return kept <= 0.0f ? parameter : 1.0f;
        case ELU: return kept <= 0.0f ? parameter * expf(kept) : 1.0f;
        case GELU: return below(kept) + kept * 0.39894228f * expf(-0.5f * kept * kept);
        case GELU_TANH: {
            float s = sigmoid(bent(kept));
            float by = 1.5957691f + 0.21406445f * held(kept) * held(kept);
            return s + kept * s * (1.0f - s) * by;
        }
        case SILU: {
            float s = sigmoid(kept);
            return s * (1.0f + kept * (1.0f - s));
        }
        case TANH: return 1.0f - kept * kept;
        default: return kept * (1.0f - kept);
    }
}

#define KERNELS(T, SUFFIX)                                                                                       \
    extern "C" __global__ void activate_##SUFFIX(const T *x, T *y, long long count, long long kind, float p) {   \
        for ALL (count) put(y + i, function((int)kind, p, wide(x[i])));                                          \
    }                                                                                                            \
    extern "C" __global__ void activate_backward_##SUFFIX(const T *kept, const T *dy, T *dx, long long count,    \
                                                          long long kind, float p) {                             \
        for ALL (count) put(dx + i, slope((int)kind, p, wide(kept[i])) * wide(dy[i]));                           \
    }

KERNELS(float, f32)
KERNELS(Bf16, bf16)
