#include "core/samplers/beta_quantile.h"

#include <cmath>

namespace fanlight {

namespace {

constexpr double a = 0.6;  // and b

/// The regularised incomplete beta function I_x(a, a) for x up to 0.5, by its power series in x.
double lower_half(double x) {
    const double beta = std::exp(2 * std::lgamma(a) - std::lgamma(2 * a));
    double term = 1, sum = 1 / a;
    for (int n = 1; n < 200; ++n) {
        term *= x * (n - a) / n;
        const double addend = term / (a + n);
        sum += addend;
        if (addend < 1e-17 * sum) break;
    }
    return std::pow(x, a) * sum / beta;
}

}  // namespace

double beta_quantile(double share) {
    if (share <= 0 || share >= 1) return share <= 0 ? 0 : 1;
    if (share > 0.5) return 1 - beta_quantile(1 - share);
    double low = 0, high = 0.5;
    while (true) {
        const double middle = (low + high) / 2;
        if (middle <= low || middle >= high) return middle;
        (lower_half(middle) < share ? low : high) = middle;
    }
}

}  // namespace fanlight
