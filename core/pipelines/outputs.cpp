#include "core/pipelines/outputs.h"

#include <ATen/ATen.h>

namespace fanlight {

namespace {

Outputs rows_of(const Pictures& pictures, const std::vector<size_t>& rows) {
    Pictures chosen;
    std::vector<at::Tensor> images;
    for (const size_t row : rows) {
        images.push_back(pictures.images[static_cast<int64_t>(row)]);
        chosen.broken.push_back(pictures.broken.at(row));
    }
    chosen.images = at::stack(images);
    return chosen;
}

}  // namespace

Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows) {
    return std::visit([&](const auto& kind) { return rows_of(kind, rows); }, outputs);
}

Parcel::Result packed(const Outputs& outputs, double seconds) {
    const auto& pictures = std::get<Pictures>(outputs);
    return {.seconds = seconds, .about = {{"broken", pictures.broken}}, .tensors = {{"images", pictures.images}}};
}

Outputs unpacked_outputs(const Parcel::Result& result) {
    return Pictures{result.tensors.get("images").cpu().contiguous(),
                    required<std::vector<bool>>(result.about, "broken", "what a stage was sent")};
}

}  // namespace fanlight
