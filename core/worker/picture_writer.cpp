#include "core/worker/picture_writer.h"

#include <ATen/ATen.h>

#include "core/output/image_committer.h"

namespace fanlight {

PictureWriter::PictureWriter(Recipe recipe, Report report)
    : recipe_(std::move(recipe)), report_(std::move(report)), thread_([this] {
          while (const auto finished = queue_.pop()) commit(*finished);
      }) {}

PictureWriter::~PictureWriter() {
    queue_.close();
    thread_.join();
}

void PictureWriter::write(const std::vector<Item>& items, const Outputs& outputs, const std::string& folder,
                          double seconds) {
    const auto& pictures = std::get<Pictures>(outputs);
    for (size_t i = 0; i < items.size(); ++i) {
        if (pictures.broken[i])
            report_(protocol::Failed{
                items[i].index, "nan",
                "The picture holds numbers that are not finite; try another dtype, sampler or cfg_scale."});
        else
            queue_.push({items[i], folder, pictures.images[static_cast<int64_t>(i)],
                         seconds / static_cast<double>(items.size())});
    }
}

void PictureWriter::commit(const Finished& finished) const {
    try {
        const at::Tensor& pixels = finished.pixels;
        const ImageView view{pixels.const_data_ptr<uint8_t>(), static_cast<int>(pixels.size(1)),
                             static_cast<int>(pixels.size(0))};
        const CommittedImage file = commit_image(finished.folder, finished.item, recipe_, view);
        report_(protocol::Image{finished.item.index, file.file, file.sha256, file.bytes, finished.seconds});
    } catch (const std::exception& error) {
        report_(protocol::Failed{finished.item.index, "disk", error.what()});
    }
}

}  // namespace fanlight
