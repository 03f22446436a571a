#include "core/worker/result_writer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/images/image_committer.h"

namespace fanlight {

ResultWriter::ResultWriter(Recipe recipe, HostCallbacks& device, Report report)
    : recipe_(std::move(recipe)), device_(device), report_(std::move(report)), thread_([this] {
          while (const auto finished = queue_.pop()) commit(*finished);
      }) {}

ResultWriter::~ResultWriter() {
    device_.finish();
    queue_.close();
    thread_.join();
}

void ResultWriter::write(const std::vector<Item>& items, const Outputs& outputs, const std::string& folder,
                         const Seconds& seconds) {
    const auto count = static_cast<double>(items.size());
    if (const auto* records = std::get_if<Records>(&outputs)) return report_records(items, *records, seconds() / count);
    device_.add([=, this, pictures = std::get<Pictures>(outputs)] {
        // The device may have begun later than the host: when it had finished the one before.
        const double spent = std::min(seconds(), std::exchange(since_last_, {}).seconds());
        write_pictures(items, pictures, folder, spent / count);
    });
}

void ResultWriter::write_pictures(const std::vector<Item>& items, const Pictures& pictures, const std::string& folder,
                                  double seconds) {
    const at::Tensor images = pictures.images(), finite = pictures.finite();
    for (size_t i = 0; i < items.size(); ++i) {
        const auto row = static_cast<int64_t>(i);
        const uint8_t is_finite = finite.const_data_ptr<uint8_t>()[row];
        if (is_finite == finite_in_float32 && !std::exchange(has_told_of_float32_, true))
            report_(protocol::Heartbeat{
                "the VAE makes numbers that float16 cannot hold: such pictures are decoded in float32"});
        if (is_finite)
            queue_.push({items[i], folder, images[row], seconds});
        else
            report_(protocol::Failed{
                items[i].index, "nan",
                "The picture holds numbers that are not finite; try another dtype, sampler or cfg_scale."});
    }
}

void ResultWriter::report_records(const std::vector<Item>& items, const Records& records, double seconds) const {
    for (size_t i = 0; i < items.size(); ++i) {
        const ResultRecord& record = records.rows.at(i);
        if (const auto failed = records.failures.find(i); failed != records.failures.end())
            report_(protocol::Failed{items[i].index, failed->second.kind, failed->second.message});
        else
            report_(protocol::Text{items[i].index, record.text, record.more, seconds});
    }
}

void ResultWriter::commit(const Finished& finished) const {
    try {
        const at::Tensor& pixels = finished.pixels;
        const ImageView view{pixels.const_data_ptr<uint8_t>(), static_cast<int>(pixels.size(1)),
                             static_cast<int>(pixels.size(0))};
        const CommittedImage file = commit_image(finished.folder, finished.item, recipe_, view);
        report_(protocol::Image{finished.item.index, file.file, file.sha256, file.bytes, finished.seconds});
    } catch (const std::exception& error) {
        report_(protocol::Failed{finished.item.index, "disk", sentence_of(error)});
    }
}

}  // namespace fanlight
