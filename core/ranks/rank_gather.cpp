#include "core/ranks/rank_gather.h"

#include <ATen/ATen.h>

#include <cstring>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/images/contact_sheet.h"

namespace fanlight {

namespace {

constexpr int64_t max_image_bytes = int64_t{1} << 30;

at::Tensor bytes_tensor(int64_t size) { return at::empty({size}, at::kByte); }

}  // namespace

void send_images(Communicator& group, const std::filesystem::path& folder, const RunPlan& run,
                 const std::vector<int64_t>& items) {
    for (const int64_t index : items) {
        const std::string png = read_file(folder / run.items.at(static_cast<size_t>(index)).place, max_image_bytes);
        at::Tensor bytes = bytes_tensor(static_cast<int64_t>(png.size()));
        std::memcpy(bytes.mutable_data_ptr(), png.data(), png.size());
        group.send(bytes, 0);
    }
    group.flush();
}

void receive_images(Communicator& group, int from, const std::filesystem::path& folder,
                    const std::vector<Result>& images) {
    for (const Result& result : images) {
        const ResultFile& image = *result.file();
        const std::string what = image.name + " of rank " + std::to_string(from);
        if (image.bytes < 1 || image.bytes > max_image_bytes) throw Error("%1 is of a size that no image has", what);
        at::Tensor bytes = bytes_tensor(image.bytes);
        group.receive(bytes, from);
        const std::string_view png(static_cast<const char*>(bytes.const_data_ptr()), static_cast<size_t>(image.bytes));
        if (sha256_hex(png) != image.sha256) throw Error("%1 is not what its journal says; start again", what);
        if (commit_file(folder, image.name, png) == Commit::Exists &&
            sha256_hex_of_file(folder / image.name) != image.sha256)
            throw Error("%1 is in the way of an image of rank %2; move it away and start again", (folder / image.name),
                        from);
    }
}

void write_run_sheet(const std::filesystem::path& folder, const RunPlan& run, const std::vector<int64_t>& done) {
    std::vector<SheetImage> images;
    for (const int64_t index : done) images.push_back({folder / run.items.at(static_cast<size_t>(index)).place, index});
    write_contact_sheet(folder / "contact-sheet.png", images);
}

}  // namespace fanlight
