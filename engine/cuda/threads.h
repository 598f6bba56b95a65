// CUDA's words for g++: the threads of a block are threads, its barrier is a barrier; blocks run one after another.
#include <barrier>
#include <cmath>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

struct Index {
    unsigned x, y, z;
};
static thread_local Index threadIdx, blockIdx;
static Index blockDim, gridDim;
static std::barrier<> *meeting;

#define __global__
#define __device__ static inline
#define __shared__ static
#define __syncthreads() meeting->arrive_and_wait()

static inline float __uint_as_float(unsigned bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
static inline unsigned __float_as_uint(float value) {
    unsigned bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void launch(unsigned across, unsigned down, unsigned threads, const std::function<void()> &kernel) {
    std::barrier<> barrier(threads);
    meeting = &barrier;
    blockDim = {threads, 1, 1};
    gridDim = {across, down, 1};
    std::vector<std::thread> running;
    for (unsigned thread = 0; thread < threads; ++thread) {
        running.emplace_back([=, &barrier, &kernel] {
            threadIdx = {thread, 0, 0};
            for (unsigned y = 0; y < down; ++y) {
                for (unsigned x = 0; x < across; ++x) {
                    blockIdx = {x, y, 0};
                    kernel();
                    barrier.arrive_and_wait();
                }
            }
        });
    }
    for (std::thread &thread : running) thread.join();
}
