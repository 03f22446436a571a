#include "core/pipelines/picture_denoiser.h"

namespace fanlight {

std::shared_ptr<const Conditioning> BatchTelling::at(int step) {
    if (!told_ && read_ahead_) read_ahead_(texts_.all());
    std::vector<RowText> rows = texts_.at(step);
    if (!told_ || rows != rows_) {
        told_ = std::make_shared<const Conditioning>(tell_(rows));
        rows_ = std::move(rows);
    }
    return told_;
}

}  // namespace fanlight
