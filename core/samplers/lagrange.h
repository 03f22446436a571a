#pragma once

#include <cstddef>
#include <vector>

namespace fanlight {

/// Coefficients, of ascending powers, of the polynomial that is 1 at nodes[j] and 0 at the others. The nodes differ.
inline std::vector<double> lagrange_polynomial(const std::vector<double>& nodes, size_t j) {
    std::vector<double> polynomial = {1};
    for (size_t k = 0; k < nodes.size(); ++k) {
        if (k == j) continue;
        const double gap = nodes[j] - nodes[k];
        std::vector<double> product(polynomial.size() + 1, 0.0);  // by (u - node k) / gap
        for (size_t power = 0; power < polynomial.size(); ++power) {
            product[power] -= polynomial[power] * nodes[k] / gap;
            product[power + 1] += polynomial[power] / gap;
        }
        polynomial = std::move(product);
    }
    return polynomial;
}

}  // namespace fanlight
