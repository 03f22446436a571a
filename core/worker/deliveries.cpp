#include "core/worker/deliveries.h"

#include <ATen/ATen.h>

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/images/png_writer.h"

namespace fanlight {

namespace {

constexpr double seconds_between_previews = 1;

}  // namespace

void Deliveries::begin(const Recipe& recipe, at::Device device) {
    finish();
    device_ = std::make_unique<HostCallbacks>(device, [this](const std::exception& error) { failed(error); });
    writer_ = std::make_unique<ResultWriter>(recipe, *device_, [this](const auto& message) { report(message); });
}

void Deliveries::finish() {
    writer_.reset();
    device_.reset();
}

bool Deliveries::drop_cancelled(Order& order) {
    drop(order, open_orders_.cancelled_of(order.work.items));
    return order.given_up.size() == order.work.items.size();
}

bool Deliveries::stepped(Order& order, Generation& generation) {
    const auto [step, of] = generation.progress();
    const std::vector<Item>& items = order.work.items;
    std::vector<protocol::Progress> progress;
    for (const Item& item : items)
        if (!order.given_up.contains(item.index))
            progress.push_back({item.index, static_cast<int>(step), static_cast<int>(of), {}});
    when_done([this, progress] {
        for (const protocol::Progress& each : progress) report(each);
    });
    const auto unwanted = open_orders_.cancelled_of(items);
    if (answers_for_items_ || unwanted.size() == items.size()) drop(order, unwanted);
    if (order.given_up.size() == items.size()) return false;
    if (step != of) show(order, generation);
    return true;
}

void Deliveries::made(Order& order, const Outputs& outputs, const ResultWriter::Seconds& seconds) {
    const std::vector<Item>& items = order.work.items;
    drop_cancelled(order);
    if (order.given_up.empty()) return writer_->write(items, outputs, order.work.output, seconds);
    std::vector<Item> wanted;
    std::vector<size_t> rows;
    for (size_t row = 0; row < items.size(); ++row) {
        if (order.given_up.contains(items[row].index)) continue;
        wanted.push_back(items[row]);
        rows.push_back(row);
    }
    if (!wanted.empty()) writer_->write(wanted, rows_of(outputs, rows), order.work.output, seconds);
}

void Deliveries::failed(const Order& order, const Failure& failure) {
    for (const Item& item : order.work.items)
        if (!order.given_up.contains(item.index)) report(protocol::Failed{item.index, failure.kind, failure.message});
}

void Deliveries::failed(const std::exception& error) {
    const bool lost = dynamic_cast<const DeviceLost*>(&error) != nullptr;
    if (!failed_.exchange(true)) report(protocol::Failed{-1, lost ? "device" : "internal", sentence_of(error)});
}

bool Deliveries::report(const protocol::FromWorker& message) {
    try {
        wire_.send(message);
        return true;
    } catch (const Error&) {
        open_orders_.abandon();  // the owner has gone: the reader reaches the end of the input and ends the loop
        return false;
    }
}

void Deliveries::drop(Order& order, const std::vector<int64_t>& items) {
    protocol::GivenUp dropped;
    for (const int64_t item : items)
        if (order.given_up.insert(item).second) dropped.items.push_back(item);
    if (!dropped.items.empty()) report(dropped);
}

void Deliveries::show(const Order& order, Generation& generation) {
    if (!previews_wanted_ || since_preview_.seconds() < seconds_between_previews) return;
    const at::Tensor pictures = generation.preview();
    if (!pictures.defined()) return;
    for (size_t i = 0; i < order.work.items.size(); ++i) {
        const int64_t item = order.work.items[i].index;
        if (order.given_up.contains(item)) continue;
        const at::Tensor pixels = pictures[static_cast<int64_t>(i)];
        const ImageView view{pixels.const_data_ptr<uint8_t>(), static_cast<int>(pixels.size(1)),
                             static_cast<int>(pixels.size(0))};
        report(protocol::Preview{item, base64(encode_png(view, {}))});
    }
    since_preview_ = {};
}

}  // namespace fanlight
