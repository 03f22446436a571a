#include "core/worker/stage_loop.h"

#include <ATen/ATen.h>

#include <cstring>

#include "core/parallel/in_words.h"

namespace fanlight {

namespace {

/// Steps of parcels that are no evaluation.
constexpr int64_t over = -1, faulty = -2;

Parcel fault_parcel(int64_t micro_batch, const Failure& failure) {
    const std::string text = failure.kind + "\n" + failure.message;
    at::Tensor bytes = at::empty({static_cast<int64_t>(text.size())}, at::kByte);
    std::memcpy(bytes.mutable_data_ptr(), text.data(), text.size());
    return {micro_batch, faulty, {bytes}};
}

Failure failure_of(const Parcel& parcel) {
    const at::Tensor bytes = parcel.tensors.at(0).cpu();
    const std::string text(static_cast<const char*>(bytes.const_data_ptr()), static_cast<size_t>(bytes.numel()));
    const size_t newline = text.find('\n');
    return {text.substr(0, newline), text.substr(newline + 1)};
}

/// Finished pictures on their way to the first stage.
std::vector<at::Tensor> packed(const Pictures& pictures, double seconds) {
    at::Tensor broken = at::zeros({static_cast<int64_t>(pictures.broken.size())}, at::kBool);
    for (size_t i = 0; i < pictures.broken.size(); ++i) broken[static_cast<int64_t>(i)] = bool{pictures.broken[i]};
    return {pictures.images, broken, at::tensor(seconds, at::kDouble)};
}

Pictures unpacked(const std::vector<at::Tensor>& tensors) {
    Pictures pictures{tensors.at(0).cpu().contiguous(), {}};
    const at::Tensor broken = tensors.at(1).cpu();
    for (int64_t i = 0; i < broken.numel(); ++i) pictures.broken.push_back(broken[i].item<bool>());
    return pictures;
}

}  // namespace

void StageLoop::run() {
    if (ring_.is_last()) {
        run_last();
    } else {
        while (duties_.expects()) {
            const Parcel parcel = ring_.receive();
            parcel.step == over ? pass_on_end(parcel) : pass_on(parcel);
        }
    }
    ring_.flush();
}

// The last stage

void StageLoop::run_last() {
    for (;;) {
        while (static_cast<int>(under_way_.size()) < options_.micro_batches) {
            const auto next = duties_.next(under_way_.empty());
            if (!next) break;
            begin(*next);
        }
        if (under_way_.empty()) return;
        take(ring_.receive());
    }
}

void StageLoop::begin(int64_t micro_batch) {
    under_way_.emplace(micro_batch, Stopwatch());
    try {
        stage_.open(micro_batch, padded_batch(duties_.items_of(micro_batch), options_.batch_size));
        ring_.send(stage_.begin(micro_batch));
    } catch (const PartnerLost&) {
        throw;
    } catch (const std::exception& error) {
        duties_.failed(micro_batch, describe(error));
        end(micro_batch, {});
    }
}

void StageLoop::take(const Parcel& parcel) {
    const int64_t id = parcel.micro_batch;
    if (parcel.step == faulty) {
        duties_.failed(id, failure_of(parcel));
        return end(id, {});
    }
    std::optional<Parcel> next;
    try {
        next = stage_.run(parcel);
    } catch (const std::exception& error) {
        duties_.failed(id, describe(error));
        return end(id, {});
    }
    const auto [step, of] = stage_.progress(id);
    if (!duties_.stepped(id, step, of)) return end(id, {});
    next ? ring_.send(*next) : finish(id);
}

void StageLoop::finish(int64_t micro_batch) {
    Pictures pictures;
    try {
        pictures = stage_.decode(micro_batch);
    } catch (const std::exception& error) {
        duties_.failed(micro_batch, describe(error));
        return end(micro_batch, {});
    }
    // Those under way share the time.
    const double seconds = under_way_.at(micro_batch).seconds() / static_cast<double>(under_way_.size());
    if (options_.gather_output && !ring_.is_first()) return end(micro_batch, packed(pictures, seconds));
    duties_.made(micro_batch, pictures, seconds);
    end(micro_batch, {});
}

void StageLoop::end(int64_t micro_batch, const std::vector<at::Tensor>& gathered) {
    stage_.close(micro_batch);
    under_way_.erase(micro_batch);
    duties_.closed(micro_batch);
    if (!ring_.is_first()) ring_.send({micro_batch, over, gathered});
}

// The others

void StageLoop::pass_on(const Parcel& parcel) {
    if (parcel.step == faulty) return ring_.send(parcel);
    try {
        if (parcel.step == 0)
            stage_.open(parcel.micro_batch, padded_batch(duties_.items_of(parcel.micro_batch), options_.batch_size));
        ring_.send(*stage_.run(parcel));
    } catch (const PartnerLost&) {
        throw;
    } catch (const std::exception& error) {
        ring_.send(fault_parcel(parcel.micro_batch, describe(error)));
    }
}

void StageLoop::pass_on_end(const Parcel& parcel) {
    if (!parcel.tensors.empty())
        duties_.made(parcel.micro_batch, unpacked(parcel.tensors), parcel.tensors.at(2).item<double>());
    stage_.close(parcel.micro_batch);
    duties_.closed(parcel.micro_batch);
    if (ring_.stage() + 2 < ring_.stages()) ring_.send({parcel.micro_batch, over, {}});
}

}  // namespace fanlight
