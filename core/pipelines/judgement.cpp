#include "core/pipelines/judgement.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"

namespace fanlight {

namespace {

using Logits = ClassifierConfig::Logits;

/// With as few digits as tell it from its neighbours in float32: results are read by people.
double short_number(double value) {
    char text[32];
    const auto written = std::to_chars(text, text + sizeof text, static_cast<float>(value));
    std::from_chars(text, written.ptr, value);
    return value;
}

void check_finite(const double* values, size_t count) {
    if (!std::all_of(values, values + count, [](double value) { return std::isfinite(value); }))
        throw Error("The network's numbers are not finite; try another dtype.");
}

std::vector<double> softmax(std::vector<double> values) {
    const double largest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (double& value : values) sum += value = std::exp(value - largest);
    for (double& value : values) value /= sum;
    return values;
}

std::vector<double> probabilities_of(std::vector<double> logits, Logits kind) {
    if (kind == Logits::OneLabel) return softmax(std::move(logits));
    for (double& value : logits) value = 1 / (1 + std::exp(-value));
    return logits;
}

/// The numbers of the labels, those with the largest logits first.
std::vector<size_t> ranked(const std::vector<double>& logits, int top_k) {
    std::vector<size_t> order(logits.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return logits[a] > logits[b]; });
    if (top_k > 0) order.resize(std::min(order.size(), static_cast<size_t>(top_k)));
    return order;
}

Json short_numbers(const std::vector<double>& values) {
    Json numbers = Json::array();
    for (const double value : values) numbers.push_back(short_number(value));
    return numbers;
}

double checked_sum(const std::vector<double>& values) {
    check_finite(values.data(), values.size());
    return std::accumulate(values.begin(), values.end(), 0.0);
}

double count_of(const std::vector<double>& values) { return static_cast<double>(values.size()); }

}  // namespace

ResultRecord labelled(const at::Tensor& tensor, int top_k, const ClassifierConfig& config) {
    const at::Tensor doubles = tensor.to(at::kDouble).contiguous();
    const std::vector<double> logits(doubles.const_data_ptr<double>(),
                                     doubles.const_data_ptr<double>() + doubles.numel());
    if (logits.size() != config.labels.size())
        throw Error("The network gives %1 logits, and there are %2 labels", logits.size(), config.labels.size());
    check_finite(logits.data(), logits.size());
    const std::vector<size_t> order = ranked(logits, top_k);
    const std::string& label = config.labels[order.front()];
    Json more = {{"label", label}, {"logits", short_numbers(logits)}};
    if (config.logits == Logits::Numbers) return {to_line(more["logits"][order.front()]), std::move(more)};
    const std::vector<double> probabilities = probabilities_of(logits, config.logits);
    more["score"] = short_number(probabilities[order.front()]);
    for (const size_t i : order) more["probabilities"][config.labels[i]] = short_number(probabilities[i]);
    return {label, std::move(more)};
}

ResultRecord scored(const std::vector<double>& log_probabilities) {
    const double sum = checked_sum(log_probabilities), perplexity = std::exp(-sum / count_of(log_probabilities));
    Json more = {{"sum", short_number(sum)}, {"tokens", log_probabilities.size()}, {"perplexity", nullptr}};
    if (perplexity <= std::numeric_limits<float>::max()) more["perplexity"] = short_number(perplexity);
    return {to_line(more["sum"]), std::move(more)};
}

ResultRecord likeliest(const std::vector<std::string>& labels,
                       const std::vector<std::vector<double>>& log_probabilities) {
    std::vector<double> sums;
    Json more;
    for (size_t i = 0; i < labels.size(); ++i) {
        sums.push_back(checked_sum(log_probabilities.at(i)));
        more["sums"][labels[i]] = short_number(sums.back());
        more["means"][labels[i]] = short_number(sums.back() / count_of(log_probabilities[i]));
    }
    const std::string& label = labels[ranked(sums, 1).front()];
    more["label"] = label;
    return {label, std::move(more)};
}

std::optional<int64_t> mask_token(const TextTokenizer& tokenizer) {
    for (const char* written : {"[MASK]", "<mask>"})
        if (const auto id = tokenizer.id_of(written)) return id;
    return std::nullopt;
}

at::Tensor best_tokens(const at::Tensor& logits) {
    constexpr int64_t listed = 5;
    const auto [values, tokens] = logits.softmax(-1).topk(std::min<int64_t>(listed, logits.size(-1)));
    return at::stack({values.to(at::kDouble), tokens.to(at::kDouble)}, 1);
}

ResultRecord filled(std::vector<int64_t> ids, const std::vector<int64_t>& places, const at::Tensor& best,
                    const TextTokenizer& tokenizer) {
    const auto count = static_cast<size_t>(best.size(2));
    const double* row = best.const_data_ptr<double>();
    Json masks = Json::array();
    for (const int64_t place : places) {
        check_finite(row, count);
        Json tokens = Json::array();
        for (size_t i = 0; i < count; ++i)
            tokens.push_back(tokenizer.decode({{static_cast<int64_t>(row[count + i])}}, false));
        masks.push_back({{"tokens", tokens}, {"probabilities", short_numbers({row, row + count})}});
        ids[static_cast<size_t>(place)] = static_cast<int64_t>(row[count]);
        row += 2 * count;
    }
    return {tokenizer.decode(ids, /*skip_special_tokens=*/true), {{"masks", std::move(masks)}}};
}

}  // namespace fanlight
