#include "core/worker/serve.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "core/base/bounded_queue.h"
#include "core/base/stopwatch.h"
#include "core/output/image_committer.h"
#include "core/worker/engine.h"
#include "core/worker/heartbeat.h"

namespace fanlight {

namespace {

using protocol::Failed;

/// A finished picture on its way to the disk.
struct Finished {
    Item item;
    Recipe recipe;
    std::filesystem::path folder;
    at::Tensor pixels;  ///< [H, W, 3] uint8, contiguous
    double seconds = 0;
};

class Server {
public:
    explicit Server(Wire& wire) : wire_(wire) {}

    int run() {
        wire_.send(protocol::Hello{protocol::version, FANLIGHT_VERSION, ::getpid()});
        const Heartbeat heartbeat(wire_);
        std::thread reader([this] { read_commands(); });
        std::thread writer([this] { write_images(); });
        while (auto command = commands_.pop()) std::visit([this](const auto& body) { obey(body); }, *command);
        images_.close();
        writer.join();
        reader.detach();  // may be blocked in read(); the process ends next
        return status_;
    }

private:
    void read_commands() {
        try {
            while (auto message = wire_.receive()) {
                if (std::holds_alternative<protocol::Cancel>(*message)) {
                    cancelled_ = true;
                    continue;
                }
                if (std::holds_alternative<protocol::Quit>(*message)) return commands_.close();
                if (std::holds_alternative<protocol::Generate>(*message)) cancelled_ = false;
                commands_.push(std::move(*message));
            }
        } catch (const std::exception& error) {
            report(Failed{-1, "internal", error.what()});
            status_ = 1;
        }
        cancelled_ = true;  // the owner is gone: what is made is still written, what is being made is given up
        commands_.close();
    }

    void write_images() {
        while (auto finished = images_.pop()) {
            const Item& item = finished->item;
            try {
                const at::Tensor& pixels = finished->pixels;
                const ImageView view{pixels.const_data_ptr<uint8_t>(), static_cast<int>(pixels.size(1)),
                                     static_cast<int>(pixels.size(0))};
                const CommittedImage file = commit_image(finished->folder, item, finished->recipe, view);
                report(protocol::Image{item.index, file.file, file.sha256, file.bytes, finished->seconds});
            } catch (const std::exception& error) {
                report(Failed{item.index, "disk", error.what()});
            }
        }
    }

    void obey(const protocol::Load& load) {
        try {
            const Stopwatch watch;
            engine_ = std::make_unique<Engine>(load);
            report(protocol::Loaded{engine_->device_name(), engine_->device_uuid(), watch.seconds()});
        } catch (const std::exception& error) {
            engine_.reset();
            report(Failed{-1, "model", describe(error).message});
        }
    }

    void obey(const protocol::Generate& order) {
        const auto fail_all = [&](const std::string& kind, const std::string& message) {
            for (const Item& item : order.items) report(Failed{item.index, kind, message});
        };
        if (!engine_) return fail_all("model", "No model is loaded");
        const Stopwatch watch;
        try {
            const auto on_step = [&](int step, int of) {
                for (const Item& item : order.items) report(protocol::Progress{item.index, step, of});
                return !cancelled_;
            };
            const TextToImage::Result result = engine_->generate(order.items, on_step);
            if (result.images.defined())
                hand_over(order, result, watch.seconds() / static_cast<double>(order.items.size()));
        } catch (const std::exception& error) {
            const Failure failure = describe(error);
            fail_all(failure.kind, failure.message);
        }
    }

    void obey(const protocol::Unload&) { engine_.reset(); }
    void obey(const protocol::Quit&) {}    // ends the reader and with it the loop
    void obey(const protocol::Cancel&) {}  // acted on by the reader, while this thread samples

    void hand_over(const protocol::Generate& order, const TextToImage::Result& result, double seconds) {
        for (size_t i = 0; i < order.items.size(); ++i) {
            const Item& item = order.items[i];
            if (result.broken[i]) {
                report(
                    Failed{item.index, "nan",
                           "The picture holds numbers that are not finite; try another dtype, sampler or cfg_scale."});
            } else {
                images_.push({item, engine_->recipe(), order.output, result.images[static_cast<int64_t>(i)], seconds});
            }
        }
    }

    void report(const protocol::FromWorker& message) {
        try {
            wire_.send(message);
        } catch (const Error&) {
            cancelled_ = true;  // nobody listens: the reader meets the end of the input and ends the loop
        }
    }

    Wire& wire_;
    BoundedQueue<protocol::ToWorker> commands_{64};
    BoundedQueue<Finished> images_{8};
    std::unique_ptr<Engine> engine_;
    std::atomic<bool> cancelled_{false};
    std::atomic<int> status_{0};
};

}  // namespace

int serve(Wire& wire) {
    ::signal(SIGPIPE, SIG_IGN);  // an owner that no longer listens is an error of write(), not the end
    return Server(wire).run();
}

}  // namespace fanlight
