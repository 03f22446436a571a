#pragma once

#include "tests/support/toy_family/family.h"
#include "tests/support/toy_text/toy_text.h"

namespace fanlight::toy {

/// Models that perform ToyText with the toy family's network. They have no scheduler.
inline const Family& text_family() {
    static const Family family = {
        .name = "toy_text",
        .title = "Toy text",
        .task = ToyText::kind,
        .pipeline_classes = {"ToyTextPipeline"},
        .components = {{"network", "config.json", {"ToyNetwork"}, "model"}},
        .network = "network",
        .recognises = [](const TensorEntries& tensors) { return has_key_below(tensors, "toy_text."); },
        .read_file = [](const CheckpointSource& file) -> FileContents {
            CheckpointPart(file, "toy_text.").refuse("is a toy's text model; give its folder");
        },
        .traits = [](const ReadConfig& read) -> ModelTraits {
            const auto [config, where] = read("network");
            return {.steps = required<int>(config, "layers", where), .guidance = GuidanceKind::None};
        },
        .describe = &describe,
    };
    return family;
}

}  // namespace fanlight::toy
