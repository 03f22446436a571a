#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A matrix, [rows, columns], or the weight of a convolution, [rows, columns, kh, kw], as an adapter stores it: whole,
/// as the product of two matrices, or in Tucker form (Hyeon-Woo et al. 2022, proposition 3), which has a core between
/// them: sum over m, n of core[m, n, kh, kw] up[row, m] down[n, column]. All floating point, of any type.
struct Factor {
    TensorEntry up;                        ///< [rows, r] or [rows, r, 1, 1]; without `down` the whole, also [rows]
    std::optional<TensorEntry> down = {};  ///< [r, columns] or [r, columns, kh, kw]; with a core [s, columns (, 1, 1)]
    std::optional<TensorEntry> core = {};  ///< [r, s, kh, kw]
};

/// The lengths that a DoRA (Liu et al. 2024) gives to the rows or columns of a changed weight.
struct Magnitude {
    TensorEntry lengths;
    bool of_rows = true;  ///< one for each output, else for each input
};

/// Which rows of a change a parameter has, where its module was a part of another one when the adapter was trained:
/// some of several equal shares, whose halves may have changed places since.
struct ChangedRows {
    int64_t first_share = 0, own_shares = 1, shares = 1;
    bool halves_swapped = false;

    bool are_all() const { return own_shares == shares; }
    /// Of the whole change, for a parameter of `own` rows, which are a multiple of own_shares.
    int64_t whole(int64_t own) const { return own / own_shares * shares; }
};

/// How an adapter changes one parameter of a module: by scale * D, where D is made of one factor or of two. With a
/// magnitude, what has been changed gets its lengths. Nothing is copied.
struct WeightChange {
    /// What D is.
    enum class Kind {
        Single,     ///< the factor: LoRA (Hu et al. 2021), LoCon, a difference that is stored in full
        Hadamard,   ///< the product of the factors' elements: LoHa (Hyeon-Woo et al. 2022)
        Kronecker,  ///< the Kronecker product of a matrix and the other factor: LoKr (Yeh et al. 2024)
    };

    std::string key;  ///< its name in the file, for messages
    Kind kind = Kind::Single;
    std::vector<Factor> factors;
    double scale = 1;  ///< alpha / r of the file's tensors, else of its PeftConfig, else 1
    std::optional<Magnitude> magnitude = {};

    /// Of D; nullopt if the tensors do not fit together. A D of two dimensions may be the weight of a convolution
    /// whose columns are kernels: [rows, columns * kh * kw].
    std::optional<std::vector<int64_t>> shape() const;

    /// Whether a parameter of this shape can be changed so, by these of the rows.
    bool fits(const std::vector<int64_t>& parameter, const ChangedRows& rows = {}) const;
};

}  // namespace fanlight
