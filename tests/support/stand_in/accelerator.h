#pragma once

#include "core/weights/accelerator.h"
#include "tests/support/stand_in/device.h"

namespace fanlight::stand_in {

/// The stand-in as the engine sees it.
class StandIn : public Accelerator {
public:
    explicit StandIn(std::vector<stand_in::Card> cards) : cards_(std::move(cards)) { install(cards_); }

    c10::DeviceType type() const override { return c10::DeviceType::PrivateUse1; }
    int count() override { return static_cast<int>(cards_.size()); }
    Accelerator::Card describe(int index) const override {
        const auto& card = cards_.at(static_cast<size_t>(index));
        return {card.name, card.uuid};
    }
    int64_t bytes_in_use(int index) const override { return statistics(index).allocated; }
    int64_t bytes_left(int index) const override { return stand_in::memory_left(index); }
    void limit_memory(int index, int64_t bytes) override { stand_in::limit_memory(index, bytes); }
    void empty_cache() override { stand_in::empty_cache(); }
    int64_t failed_allocations() const override { return stand_in::failed_allocations(); }
    std::unique_ptr<DeviceGraph> new_graph(int index) override { return stand_in::new_graph(index); }

private:
    const std::vector<stand_in::Card> cards_;
};

}  // namespace fanlight::stand_in
