#include "core/pipelines/pipeline.h"

#include "core/weights/accelerator.h"

namespace fanlight {

bool Generation::condition(std::shared_ptr<const Conditioning> conditioning) {
    if (conditioning == conditioning_) return false;
    conditioning_ = std::move(conditioning);
    memory_.clear();  // keys and values of the previous text
    return true;
}

std::optional<NamedTensors> Generation::run(size_t evaluation, NamedTensors input) {
    const MemoryWatch memory;
    auto next = evaluate(evaluation, std::move(input));
    memory.check();
    return next;
}

Outputs Generation::finish() {
    const MemoryWatch memory;
    Outputs finished = outputs();
    memory.check();
    return finished;
}

std::optional<NamedTensors> Generation::evaluate(size_t evaluation, NamedTensors input) {
    bool changed = false;
    State state;
    if (part_.first) {
        changed = condition(conditioning(evaluation));
        state = enter(evaluation, std::move(input));
    } else {
        if (auto taken = taken_conditioning(input))
            changed = condition(std::make_shared<const Conditioning>(std::move(*taken)));
        state = unpacked_state(std::move(input));
    }
    state.conditioning = conditioning_.get();
    state.memory = &memory_;
    prepare(evaluation, state);
    pass(evaluation, state);
    if (part_.last) {
        auto next_input = take(evaluation, std::move(state));
        if (!next_input)
            condition(nullptr);  // frees what the layers remember: what follows the network needs the memory
        return next_input;
    }
    NamedTensors next = packed(state);
    if (changed && conditioning_) put(*conditioning_, next);
    return next;
}

std::optional<Outputs> run_whole(Generation& generation, const OnStep& on_step) {
    std::optional<NamedTensors> input = generation.begin();
    for (size_t i = 0; input; ++i) {
        input = generation.run(i, std::move(*input));
        if (!on_step(generation)) return std::nullopt;
    }
    return generation.finish();
}

}  // namespace fanlight
