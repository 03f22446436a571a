#pragma once

#include <set>
#include <vector>

#include "core/layers/conditioning.h"
#include "core/pipelines/clip_reader.h"

namespace fanlight {

/// Turns texts into the conditioning of a network, with one or several of CLIP's text encoders. One thread.
class ClipConditioner {
public:
    /// For a network on the placement's device; `context_dim`: the width of the text that it attends to; `part`: how
    /// its text encoders work. Throws Error naming the file or the unsupported value.
    ClipConditioner(const ModelFolder& folder, const Weights::Placement& placement, const ClipEncoders& encoders,
                    int64_t context_dim, const Part& part = {});

    /// Throws Error if its prompts do not have the chunks that its layout tells of: it would share a micro-batch with
    /// others than its plan says.
    void check(const ImageTask& image) const;

    /// A row for each text: its hidden states and, if an encoder pools, its first chunk as one vector. Shorter ones are
    /// masked, which leaves a row what it would be by itself. Where the encoders read different texts, the shorter is
    /// filled up with chunks of an empty one.
    Conditioning conditioning_of(const std::vector<RowText>& texts);

    /// Reads these, as many as are remembered, so that brief encoders are loaded once for what will be asked for one
    /// after the other.
    void read_ahead(const std::set<RowText>& texts);

private:
    Conditioning read(const RowText& text);
    Conditioning zeros() const;
    void leave() const;

    const at::TensorOptions options_;
    const TextWidths widths_;
    std::vector<ClipReader> readers_;  ///< in the order in which their hidden states are joined
    KnownTexts known_;
    const bool brief_;
};

}  // namespace fanlight
