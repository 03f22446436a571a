#include "core/worker/result_writer.h"

#include <ATen/ATen.h>

#include "core/images/image_committer.h"

namespace fanlight {

ResultWriter::ResultWriter(Recipe recipe, Report report)
    : recipe_(std::move(recipe)), report_(std::move(report)), thread_([this] {
          while (const auto finished = queue_.pop()) commit(*finished);
      }) {}

ResultWriter::~ResultWriter() {
    queue_.close();
    thread_.join();
}

void ResultWriter::write(const std::vector<Item>& items, const Outputs& outputs, const std::string& folder,
                         double seconds) {
    const double share = seconds / static_cast<double>(items.size());
    for (size_t row = 0; row < items.size(); ++row)
        std::visit([&](const auto& kind) { write(items[row], kind, row, folder, share); }, outputs);
}

void ResultWriter::write(const Item& item, const Pictures& pictures, size_t row, const std::string& folder,
                         double seconds) {
    if (pictures.broken.at(row))
        report_(protocol::Failed{
            item.index, "nan",
            "The picture holds numbers that are not finite; try another dtype, sampler or cfg_scale."});
    else
        queue_.push({item, folder, pictures.images[static_cast<int64_t>(row)], seconds});
}

void ResultWriter::write(const Item& item, const Records& records, size_t row, const std::string&, double seconds) {
    const ResultRecord& record = records.rows.at(row);
    report_(protocol::Text{item.index, record.text, record.more, seconds});
}

void ResultWriter::commit(const Finished& finished) const {
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
