#include "core/pipelines/known_texts.h"

#include <ATen/ATen.h>

namespace fanlight {

Weights::Placement placement_of_encoders(const Weights::Placement& network, const Part& part) {
    Weights::Placement own = network.beside();
    if (!part.text_device) return own;
    own.device = *part.text_device;
    if (own.device.is_cpu()) own.dtype = at::kFloat;
    return own;
}

at::Tensor KnownTexts::find(const std::string& key, at::IntArrayRef shape, EncodedTexts& disk) {
    if (const at::Tensor known = cache_.find(key); known.defined()) return known;
    const at::Tensor kept = disk.find(key, dtype_, shape);
    if (!kept.defined()) return {};
    const at::Tensor here = to_device(kept, device_);
    cache_.keep(key, here);
    return here;
}

at::Tensor KnownTexts::keep(const std::string& key, const at::Tensor& encoded, EncodedTexts& disk) {
    const at::Tensor rounded = encoded.to(dtype_);  // where it is: less has to be moved
    const at::Tensor here = rounded.device() == device_ ? rounded : to_device(rounded, device_);
    cache_.keep(key, here);
    disk.keep(key, here);
    return here;
}

}  // namespace fanlight
