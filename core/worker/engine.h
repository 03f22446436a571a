#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "core/pipelines/text_to_image.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// A loaded model on its device. One thread.
class Engine {
public:
    /// Throws Error when the device is not there or the model cannot be loaded.
    explicit Engine(const protocol::Load& load);

    /// At most recipe().batch_size items; a short micro-batch is filled by repeating its last item, since a picture
    /// depends on the shape of its batch and on nothing else of its neighbours (DESIGN 4.2). The result has a row an
    /// item.
    TextToImage::Result generate(const std::vector<Item>& items, const TextToImage::OnStep& on_step);

    const Recipe& recipe() const { return recipe_; }
    const std::string& device_name() const { return device_name_; }
    const std::string& device_uuid() const { return device_uuid_; }

private:
    Recipe recipe_;
    std::string device_name_, device_uuid_;
    std::unique_ptr<TextToImage> pipeline_;
};

/// What to tell the run owner of an exception: kind as in protocol::Failed, and one sentence.
struct Failure {
    std::string kind;
    std::string message;
};
Failure describe(const std::exception& error);

}  // namespace fanlight
