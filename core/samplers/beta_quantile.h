#pragma once

namespace fanlight {

/// Quantile of the beta distribution with both parameters 0.6, by which "Beta Sampling is All You Need" (Lee et al.
/// 2024) spaces noise levels: the x in 0..1 with I_x(0.6, 0.6) = share, nearly to double precision.
double beta_quantile(double share);

}  // namespace fanlight
