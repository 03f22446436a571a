#include "core/checkpoints/adapter_layer.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/checkpoints/tensor_number.h"

namespace fanlight {

namespace {

using Role = AdapterRole;
using Kind = WeightChange::Kind;

constexpr AdapterEnding endings[] = {
    {".lora_down.weight", Role::LoraDown},
    {".lora_up.weight", Role::LoraUp},
    {".lora_mid.weight", Role::LoraMid},
    {".lora_A.weight", Role::LoraDown},
    {".lora_B.weight", Role::LoraUp},
    {".lora_A.default.weight", Role::LoraDown},  // PEFT's name of an adapter that has none
    {".lora_B.default.weight", Role::LoraUp},
    {".lora.down.weight", Role::LoraDown},
    {".lora.up.weight", Role::LoraUp},
    {".lora_linear_layer.down.weight", Role::LoraDown},
    {".lora_linear_layer.up.weight", Role::LoraUp},
    {"_lora.down.weight", Role::LoraDown},
    {"_lora.up.weight", Role::LoraUp},  // diffusers before 0.20
    {".hada_w1_a", Role::HadaUp1},
    {".hada_w1_b", Role::HadaDown1},
    {".hada_t1", Role::HadaCore1},
    {".hada_w2_a", Role::HadaUp2},
    {".hada_w2_b", Role::HadaDown2},
    {".hada_t2", Role::HadaCore2},
    {".lokr_w1", Role::KronWhole1},
    {".lokr_w1_a", Role::KronUp1},
    {".lokr_w1_b", Role::KronDown1},
    {".lokr_w2", Role::KronWhole2},
    {".lokr_w2_a", Role::KronUp2},
    {".lokr_w2_b", Role::KronDown2},
    {".lokr_t2", Role::KronCore2},
    {".diff", Role::Difference},
    {".diff_b", Role::BiasDifference},
    {".w_norm", Role::Difference},  // LyCORIS's, of layers that normalise
    {".b_norm", Role::BiasDifference},
    {".dora_scale", Role::DoraScale},
    {".lora_magnitude_vector", Role::MagnitudeVector},
    {".lora_magnitude_vector.weight", Role::MagnitudeVector},
    {".alpha", Role::Alpha},
    {".down.weight", Role::LoraDown},  // XLabs': "processor.qkv_lora1.down.weight"
    {".up.weight", Role::LoraUp},
};

/// The tensors that a factor may be stored in.
struct FactorRoles {
    std::optional<Role> whole, up, down, core;
    bool up_is_transposed = false;  ///< in Tucker form: [r, rows]
};

/// A way to store a change; whichever has a tensor in a layer is the layer's.
struct Method {
    Kind kind;
    std::vector<FactorRoles> factors;
};

const std::vector<Method>& methods() {
    static const std::vector<Method> all = {
        {Kind::Single, {{{}, Role::LoraUp, Role::LoraDown, Role::LoraMid}}},
        {Kind::Single, {{Role::Difference, {}, {}, {}}}},
        {Kind::Hadamard,
         {{{}, Role::HadaUp1, Role::HadaDown1, Role::HadaCore1, true},
          {{}, Role::HadaUp2, Role::HadaDown2, Role::HadaCore2, true}}},
        {Kind::Kronecker,
         {{Role::KronWhole1, Role::KronUp1, Role::KronDown1, {}},
          {Role::KronWhole2, Role::KronUp2, Role::KronDown2, Role::KronCore2, true}}},
    };
    return all;
}

int64_t count_of(const TensorEntry& tensor) {
    int64_t count = 1;
    for (const int64_t size : tensor.shape) count *= size;  // no more than the file has
    return count;
}

class LayerReader {
public:
    LayerReader(const AdapterLayer& layer, const PeftConfig& peft, const std::string& file)
        : layer_(layer), peft_(peft), file_(file), key_(layer.key.substr(0, 200)) {}

    LayerChanges read() const {
        for (const auto& [role, tensor] : layer_.tensors)
            if (role != Role::Alpha && !is_floating(tensor.dtype))
                refuse(Sentence("has numbers of type %1 in \"%2\", where floating-point ones are needed",
                                std::string(name_of(tensor.dtype)), key_));
        LayerChanges changes;
        for (const Method& method : methods()) {
            const bool is_used =
                std::any_of(method.factors.begin(), method.factors.end(), [&](const auto& f) { return is_stored(f); });
            if (!is_used) continue;
            if (changes.weight) refuse(Sentence("changes the module of \"%1\" in two ways", key_));
            changes.weight = weight_change(method);
        }
        if (const TensorEntry* bias = find(Role::BiasDifference)) {
            changes.bias = {.key = layer_.key, .factors = {{*bias}}};
            if (!changes.bias->shape()) refuse_shapes();
        }
        const bool lacks_weight = !changes.weight && layer_.tensors.size() > (changes.bias ? 1U : 0U);
        if (lacks_weight) refuse_incomplete();
        return changes;
    }

private:
    const TensorEntry* find(std::optional<Role> role) const {
        if (!role) return nullptr;
        const auto found = layer_.tensors.find(*role);
        return found == layer_.tensors.end() ? nullptr : &found->second;
    }

    bool is_stored(const FactorRoles& roles) const {
        return find(roles.whole) || find(roles.up) || find(roles.down) || find(roles.core);
    }

    Factor factor(const FactorRoles& roles) const {
        const TensorEntry *whole = find(roles.whole), *up = find(roles.up), *down = find(roles.down),
                          *core = find(roles.core);
        if (whole && (up || down || core)) refuse(Sentence("stores a part of the layer of \"%1\" twice", key_));
        if (whole) return {*whole};
        if (!up || !down) refuse_incomplete();
        Factor factor{*up, *down};
        if (!core) return factor;
        factor.core = *core;
        if (!roles.up_is_transposed) return factor;
        if (up->shape.size() != 2) refuse_shapes();
        std::swap(factor.up.shape[0], factor.up.shape[1]);
        factor.up.transposed = true;
        return factor;
    }

    WeightChange weight_change(const Method& method) const {
        WeightChange change{.key = layer_.key, .kind = method.kind};
        for (const FactorRoles& roles : method.factors) change.factors.push_back(factor(roles));
        const auto shape = change.shape();
        if (!shape) refuse_shapes();
        change.scale = scale(change.factors);
        change.magnitude = magnitude(*shape);
        return change;
    }

    /// The rank is that of the last factor that has one. Without any there is nothing to divide by, and an alpha says
    /// nothing: LyCORIS, whose LoKr stores one nevertheless (ai-toolkit's 9999999999, in float16 infinity), and ComfyUI
    /// agree.
    double scale(const std::vector<Factor>& factors) const {
        std::optional<int64_t> rank;
        for (const Factor& factor : factors)
            if (factor.down) rank = factor.down->shape[0];
        const TensorEntry* const stored = find(Role::Alpha);
        if (stored && !rank) return 1;
        const std::optional<double> alpha = stored ? number_of(*stored) : std::nullopt;
        if (stored && !(alpha && std::abs(*alpha) <= max_lora_alpha))
            refuse(Sentence("has an alpha of \"%1\" that is not a number from -1000000 to 1000000", key_));
        if (!stored) return peft_.scale(layer_.module, rank);
        return *alpha / static_cast<double>(*rank);
    }

    /// PEFT's are those of the outputs. LyCORIS has had both since its version 3, and only those of the inputs before;
    /// their shapes tell: [rows, 1] or [1, columns].
    std::optional<Magnitude> magnitude(const std::vector<int64_t>& change) const {
        const TensorEntry *peft = find(Role::MagnitudeVector), *kohya = find(Role::DoraScale);
        if (peft && kohya) refuse(Sentence("stores a part of the layer of \"%1\" twice", key_));
        if (!peft && !kohya) return std::nullopt;
        const std::vector<int64_t>& shape = (peft ? peft : kohya)->shape;
        const int64_t count = count_of(*(peft ? peft : kohya));
        if (count < 1 || change.size() < 2) refuse_shapes();
        if (peft && count == change[0]) return Magnitude{*peft, true};
        if (peft || shape.size() < 2) refuse_shapes();
        if (shape[0] == change[0] && count == change[0]) return Magnitude{*kohya, true};
        if (shape[0] != 1 || shape[1] != count) refuse_shapes();
        return Magnitude{*kohya, false};
    }

    [[noreturn]] void refuse_incomplete() const {
        refuse(Sentence("has only some of the tensors of the layer of \"%1\"", key_));
    }
    [[noreturn]] void refuse_shapes() const {
        refuse(Sentence("has tensors in the layer of \"%1\" whose shapes do not fit together", key_));
    }
    [[noreturn]] void refuse(const Sentence& what) const { refuse_adapter(file_, what); }

    const AdapterLayer& layer_;
    const PeftConfig& peft_;
    const std::string& file_;
    const std::string key_;
};

}  // namespace

const AdapterEnding* adapter_ending(std::string_view key) {
    const auto* const found = std::find_if(std::begin(endings), std::end(endings),
                                           [&](const AdapterEnding& ending) { return key.ends_with(ending.text); });
    return found == std::end(endings) ? nullptr : found;
}

LayerChanges changes_of(const AdapterLayer& layer, const PeftConfig& peft, const std::string& file) {
    return LayerReader(layer, peft, file).read();
}

void refuse_adapter(const std::string& file, const Sentence& what) {
    throw Error("%1 %2; choose another LoRA.", file, what);
}

}  // namespace fanlight
