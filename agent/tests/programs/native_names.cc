// native_names.cc: C++ with names to demangle, and an exception that passes through.
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace shop {
template <typename T> struct Basket {
    std::vector<T> items;
    __attribute__((noinline)) void fill(size_t n) { items.reserve(n); }
};
} // namespace shop

static shop::Basket<double> basket;
static void *volatile kept;

extern "C" int fill_basket(size_t n) {
    basket.items = std::vector<double>();
    basket.fill(n);
    return 0;
}

__attribute__((noinline)) static void fail(int depth) {
    if (depth == 0) throw std::runtime_error("as meant");
    fail(depth - 1);
    kept = nullptr;
}

extern "C" int throw_and_catch() {
    int caught = 0;
    for (int i = 0; i < 2000; i++) {
        try {
            fail(10);
        } catch (const std::exception &) {
            caught++;
        }
    }
    return caught;
}
