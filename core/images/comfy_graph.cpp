#include "core/images/comfy_graph.h"

#include <algorithm>
#include <initializer_list>

#include "core/base/json.h"

namespace fanlight {

namespace {

constexpr int max_hops = 64;  // graphs may be circles

using Keys = std::initializer_list<const char*>;

/// The nodes of a graph. A node is the object of its inputs; null: there is none.
class ComfyGraph {
public:
    explicit ComfyGraph(const Json& nodes) : nodes_(nodes) {}

    static bool is_link(const Json& value) {
        return value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_number();
    }

    const Json& node(const std::string& id) const {
        const auto found = nodes_.find(id);
        if (found == nodes_.end() || !found->is_object()) return none();
        const auto inputs = found->find("inputs");
        return inputs != found->end() && inputs->is_object() ? *inputs : none();
    }

    std::string kind(const std::string& id) const {
        const auto found = nodes_.find(id);
        if (found == nodes_.end() || !found->is_object()) return {};
        const auto kind = found->find("class_type");
        return kind != found->end() && kind->is_string() ? kind->get<std::string>() : "";
    }

    /// The first of these inputs that is there.
    static const Json& input(const Json& node, Keys keys) {
        if (node.is_object())
            for (const char* key : keys)
                if (const auto found = node.find(key); found != node.end()) return *found;
        return none();
    }

    /// The number of the node behind the first of these inputs that is a link; "": none is.
    static std::string behind(const Json& node, Keys keys) {
        if (node.is_object())
            for (const char* key : keys)
                if (const auto found = node.find(key); found != node.end() && is_link(*found))
                    return (*found)[0].get<std::string>();
        return {};
    }

    /// The value itself, or that of the node which it is taken from.
    const Json& value(const Json& given) const {
        const Json* value = &given;
        for (int hops = 0; is_link(*value) && hops < max_hops; ++hops)
            value = &input(node((*value)[0].get<std::string>()),
                           {"value", "seed", "noise_seed", "int", "float", "number", "string", "text", "prompt"});
        return is_link(*value) ? none() : *value;
    }

    const Json& nodes() const { return nodes_; }

private:
    static const Json& none() {
        static const Json null;
        return null;
    }

    const Json& nodes_;
};

std::string value_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number() ? to_line(value) : "";
}

/// "folder/name.safetensors", with Windows' slashes or not.
std::string file_name(const Json& value, bool with_folder) {
    std::string name = value_text(value);
    std::replace(name.begin(), name.end(), '\\', '/');
    if (!with_folder) name.erase(0, name.rfind('/') + 1);
    if (name.ends_with(".safetensors")) name.resize(name.size() - std::string_view(".safetensors").size());
    return name;
}

bool is_sampler(const Json& node) {
    if (!node.is_object()) return false;
    const auto is_linked = [&](const char* key) { return ComfyGraph::is_link(ComfyGraph::input(node, {key})); };
    const bool is_whole = node.contains("steps") && is_linked("positive");
    return is_whole || (is_linked("sigmas") && (is_linked("guider") || is_linked("positive")));
}

/// Adds what a part of a sampler says, unless it is there.
void add_inputs(const Json& node, Json& sampler) {
    if (!node.is_object()) return;
    for (const auto& [key, value] : node.items()) {
        const char* const name =
            key == "conditioning" ? "positive" : key.c_str();  // of a guider without a negative one
        if (!sampler.contains(name)) sampler[name] = value;
    }
}

/// Of a sampler, or of the node that its sigmas come from.
Json steps_of(const ComfyGraph& graph, const Json& sampler) {
    const Json* node = &sampler;
    for (int hops = 0; node->is_object() && hops < max_hops; ++hops) {
        if (const Json& steps = ComfyGraph::input(*node, {"steps"}); !steps.is_null()) return graph.value(steps);
        node = &graph.node(ComfyGraph::behind(*node, {"sigmas"}));
    }
    return nullptr;
}

/// A sampler's inputs, with those of the nodes that one is put together from: guider, noise, method and sigmas.
Json whole_sampler(const ComfyGraph& graph, const std::string& id) {
    Json sampler = graph.node(id);
    if (!sampler.is_object()) return sampler;
    for (const char* part : {"guider", "noise", "sampler"})
        add_inputs(graph.node(ComfyGraph::behind(sampler, {part})), sampler);
    std::string sigmas = ComfyGraph::behind(sampler, {"sigmas"});
    for (int hops = 0; !sigmas.empty() && hops < max_hops; ++hops) {
        add_inputs(graph.node(sigmas), sampler);
        sigmas = ComfyGraph::behind(graph.node(sigmas), {"sigmas"});
    }
    return sampler;
}

/// The sampler whose latents come from no other one; "": there is none.
std::string first_sampler(const ComfyGraph& graph) {
    const auto follows_another = [&](std::string id) {
        for (int hops = 0; hops < max_hops; ++hops) {
            id = ComfyGraph::behind(graph.node(id), {"latent_image", "samples", "latent", "pixels", "image", "images"});
            if (id.empty()) return false;
            if (is_sampler(graph.node(id))) return true;
        }
        return true;
    };
    for (const auto& each : graph.nodes().items())
        if (is_sampler(graph.node(each.key())) && !follows_another(each.key())) return each.key();
    return {};
}

/// What the encoders read, and where from.
struct ComfyPrompt {
    std::string text, second;  ///< the second one is empty if it is the same
    std::string encoder;       ///< the node's number
    std::string guidance;      ///< the scale that is an input of the network; empty: none is set
};

/// The text behind a conditioning of the sampler; nullopt: none can be followed.
std::optional<ComfyPrompt> prompt_behind(const ComfyGraph& graph, const Json& sampler, const char* role) {
    std::string guidance, id = ComfyGraph::behind(sampler, {role});
    for (int hops = 0; !id.empty() && hops < max_hops; ++hops) {
        if (graph.kind(id) == "ConditioningZeroOut") return std::nullopt;
        const Json& node = graph.node(id);
        if (guidance.empty()) guidance = value_text(graph.value(ComfyGraph::input(node, {"guidance"})));
        const Json& text = graph.value(ComfyGraph::input(node, {"text", "text_l", "clip_l", "prompt"}));
        if (text.is_string()) {
            const std::string first = text.get<std::string>();
            const std::string second = value_text(graph.value(ComfyGraph::input(node, {"text_g", "t5xxl"})));
            return ComfyPrompt{first, second == first ? "" : second, id, guidance};
        }
        id = ComfyGraph::behind(node, {"conditioning", role, "conditioning_1"});
    }
    return std::nullopt;
}

/// The model's name, its shift, and the tags of the LoRAs before it, in the order in which they act.
void follow_model(const ComfyGraph& graph, const Json& sampler, InfoText& info) {
    std::string tags, id = ComfyGraph::behind(sampler, {"model"});
    for (int hops = 0; !id.empty() && hops < max_hops; ++hops) {
        const Json& node = graph.node(id);
        if (const Json& lora = ComfyGraph::input(node, {"lora_name"}); lora.is_string()) {
            const std::string network = value_text(graph.value(ComfyGraph::input(node, {"strength_model"})));
            const Json& clip = ComfyGraph::input(node, {"strength_clip"});
            const std::string encoder = clip.is_null() ? "0" : value_text(graph.value(clip));
            tags.insert(0, " <lora:" + file_name(lora, true) + ":" + encoder + ":" + network + ">");
        }
        if (const Json& shift = graph.value(ComfyGraph::input(node, {"shift"}));
            graph.kind(id).starts_with("ModelSampling") && shift.is_number() && shift.get<double>() > 0 &&
            !info.has("Shift"))
            info.pairs.emplace_back("Shift", value_text(shift));
        if (const Json& file = ComfyGraph::input(node, {"ckpt_name", "unet_name"}); file.is_string())
            info.pairs.emplace_back("Model", file_name(file, false));
        id = ComfyGraph::behind(node, {"model"});
    }
    info.prompt += tags;
}

void follow_latents(const ComfyGraph& graph, const Json& sampler, InfoText& info) {
    std::string id = ComfyGraph::behind(sampler, {"latent_image", "latent"});
    for (int hops = 0; !id.empty() && hops < max_hops; ++hops) {
        const Json& node = graph.node(id);
        const Json& width = graph.value(ComfyGraph::input(node, {"width"}));
        const Json& height = graph.value(ComfyGraph::input(node, {"height"}));
        if (width.is_number() && height.is_number())
            return (void)info.pairs.emplace_back("Size", value_text(width) + "x" + value_text(height));
        id = ComfyGraph::behind(node, {"samples", "latent_image", "latent"});
    }
}

/// ComfyUI counts layers from the end with negative numbers: -2 is A1111's 2.
void follow_encoder(const ComfyGraph& graph, const std::string& encoder, InfoText& info) {
    std::string id = ComfyGraph::behind(graph.node(encoder), {"clip"});
    for (int hops = 0; !id.empty() && hops < max_hops; ++hops) {
        const Json& node = graph.node(id);
        const std::string layer = value_text(ComfyGraph::input(node, {"stop_at_clip_layer"}));
        if (layer.starts_with('-')) return (void)info.pairs.emplace_back("Clip skip", layer.substr(1));
        id = ComfyGraph::behind(node, {"clip"});
    }
}

void take_settings(const ComfyGraph& graph, const Json& sampler, InfoText& info) {
    const auto take = [&](const char* key, Keys inputs) {
        if (const std::string text = value_text(graph.value(ComfyGraph::input(sampler, inputs))); !text.empty())
            info.pairs.emplace_back(key, text);
    };
    take("Steps", {"steps"});
    take("Sampler", {"sampler_name", "sampler"});
    take("Schedule type", {"scheduler"});
    take("CFG scale", {"cfg"});
    take("Seed", {"seed", "noise_seed"});
    const Json& denoise = graph.value(ComfyGraph::input(sampler, {"denoise"}));
    if (denoise.is_number() && denoise.get<double>() < 1) take("Denoising strength", {"denoise"});
}

/// What is not part of the sampler's own branch.
void take_others(const ComfyGraph& graph, const std::string& sampler, InfoText& info) {
    for (const auto& each : graph.nodes().items()) {
        const Json& node = graph.node(each.key());
        if (const Json& vae = ComfyGraph::input(node, {"vae_name"}); vae.is_string())
            info.pairs.emplace_back("VAE", file_name(vae, true));
        for (const char* encoder : {"clip_name", "clip_name1", "clip_name2"})
            if (const Json& file = ComfyGraph::input(node, {encoder}); file.is_string())
                info.pairs.emplace_back("Module 1", file_name(file, false));
        if (each.key() != sampler && is_sampler(node))
            info.pairs.emplace_back("Hires steps", value_text(steps_of(graph, node)));
        if (node.is_object() && node.contains("control_net_name")) info.pairs.emplace_back("ControlNet", "yes");
    }
}

}  // namespace

std::optional<InfoText> parse_comfy_graph(std::string_view text) try {
    const Json nodes = parse_json(text, "");
    if (!nodes.is_object()) return std::nullopt;
    const ComfyGraph graph(nodes);
    const std::string id = first_sampler(graph);
    const Json sampler = whole_sampler(graph, id);
    const auto prompt = prompt_behind(graph, sampler, "positive");
    if (!prompt) return std::nullopt;
    const auto negative = prompt_behind(graph, sampler, "negative").value_or(ComfyPrompt());
    InfoText info{.prompt = prompt->text, .negative_prompt = negative.text};
    for (const auto& [key, value] : {std::pair("Second prompt", prompt->second),
                                     {"Second negative prompt", negative.second},
                                     {"Distilled CFG Scale", prompt->guidance}})
        if (!value.empty()) info.pairs.emplace_back(key, value);
    take_settings(graph, sampler, info);
    follow_model(graph, sampler, info);
    follow_latents(graph, sampler, info);
    follow_encoder(graph, prompt->encoder, info);
    take_others(graph, id, info);
    return info;
} catch (const Error&) {
    return std::nullopt;
}

}  // namespace fanlight
