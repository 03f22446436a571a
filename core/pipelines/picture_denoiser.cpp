#include "core/pipelines/picture_denoiser.h"

#include <utility>

namespace fanlight {

std::shared_ptr<const Conditioning> BatchTelling::at(int step) {
    if (!told_ && read_ahead_) {
        expected_.merge(texts_.all());
        read_ahead_(std::exchange(expected_, {}));
    }
    std::vector<RowText> rows = texts_.at(step);
    if (!told_ || rows != rows_) {
        told_ = std::make_shared<const Conditioning>(tell_(rows));
        rows_ = std::move(rows);
    }
    return told_;
}

}  // namespace fanlight
