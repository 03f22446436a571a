// UniPC (Zhao et al. 2023, algorithms 5 to 8: multistep, both B(h)): a predictor, and a corrector that reuses the
// network's output at the predicted point at no extra cost; diffusers' UniPCMultistepScheduler.

#include <ATen/ATen.h>

#include <algorithm>

#include "core/samplers/flow_schedule.h"
#include "core/samplers/methods.h"
#include "core/samplers/multistep_sampler.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class UniPc : public MultistepSampler {
public:
    UniPc(const SchedulerConfig& config, const ScheduleRequest& request)
        : MultistepSampler(config, request.flow ? flow_grid(config, unipc_flow_sigmas(config, request))
                                                : grid(config, config.train_timesteps, true, request.steps)) {
        stay_at_last_level();
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const at::Tensor converted = convert(out, i, x);
        const auto& skipped = config_.disable_corrector;
        const bool corrects =
            i > 0 && std::find(skipped.begin(), skipped.end(), static_cast<int>(skipped_ + i) - 1) == skipped.end();
        const at::Tensor corrected = corrects ? update(i - 1, last_x_, order_, &converted) : x;
        remember(converted);

        order_ = static_cast<int>(config_.lower_order_final ? std::min(outputs_.size(), timesteps_.size() - i)
                                                            : outputs_.size());
        last_x_ = corrected;
        return update(i, corrected, order_, nullptr);
    }

private:
    /// The quantity that the solver integrates: x0, or the noise.
    at::Tensor convert(const at::Tensor& out, size_t i, const at::Tensor& x) const {
        if (!config_.predict_x0) return predicted_noise(config_.prediction, out, x, level(i));
        return limited(config_, predicted_original(config_.prediction, out, x, level(i)));
    }

    /// Solves R rho = b, the first `n` rows and columns, in float32.
    static std::vector<float> solve(const std::vector<float>& ratios, const std::vector<float>& b, int n) {
        const at::Tensor r = at::tensor(ratios);
        std::vector<at::Tensor> rows;
        for (int i = 0; i < n; ++i) rows.push_back(r.slice(0, 0, n).pow(i));
        const at::Tensor rho =
            at::linalg_solve(at::stack(rows), at::tensor(std::vector<float>(b.begin(), b.begin() + n)));
        return {rho.const_data_ptr<float>(), rho.const_data_ptr<float>() + n};
    }

    /// From step i to i+1: the predictor, or with `answer` (the converted output at i+1) the corrector.
    at::Tensor update(size_t i, const at::Tensor& x, int order, const at::Tensor* answer) const {
        const NoiseLevel t = level(i + 1), s0 = level(i);
        const float h = t.lambda() - s0.lambda(), hh = config_.predict_x0 ? -h : h, phi_1 = std::expm1(hh);
        const float scale = config_.solver_type == SolverType::Bh1 ? hh : std::expm1(hh);
        const at::Tensor& m0 = output(0);

        std::vector<float> ratios, b;
        std::vector<at::Tensor> differences;
        for (int k = 1; k < order; ++k) {
            ratios.push_back((level(i - static_cast<size_t>(k)).lambda() - s0.lambda()) / h);
            differences.push_back((output(static_cast<size_t>(k)) - m0) / ratios.back());
        }
        ratios.push_back(1.0f);
        float phi_k = phi_1 / hh - 1, factorial = 1;
        for (int k = 1; k <= order; ++k) {
            b.push_back(phi_k * factorial / scale);
            factorial *= static_cast<float>(k + 1);
            phi_k = phi_k / hh - 1 / factorial;
        }

        const bool corrects = answer != nullptr;
        std::vector<float> rho;
        if (corrects) {
            rho = order == 1 ? std::vector<float>{0.5f} : solve(ratios, b, order);
        } else if (order == 2) {
            rho = {0.5f};
        } else if (order > 2) {
            rho = solve(ratios, b, order - 1);
        }
        at::Tensor residual;
        const auto add = [&](const at::Tensor& term) { residual = residual.defined() ? residual + term : term; };
        for (size_t k = 0; k < differences.size(); ++k) add(differences[k] * rho[k]);
        if (corrects) add((*answer - m0) * rho.back());

        const float outer = config_.predict_x0 ? t.alpha : t.sigma;
        const float keep = config_.predict_x0 ? t.sigma / s0.sigma : t.alpha / s0.alpha;
        const at::Tensor next = x * keep - m0 * (outer * phi_1);
        return (residual.defined() ? next - residual * (outer * scale) : next).to(x.scalar_type());
    }

    at::Tensor last_x_;
    int order_ = 0;
};

}  // namespace

std::unique_ptr<Sampler> make_unipc(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<UniPc>(config, request);
}

}  // namespace fanlight
