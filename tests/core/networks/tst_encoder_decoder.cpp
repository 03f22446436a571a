// Logits of models whose encoder reads the prompt are those of transformers, in any slot and with any neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/pipelines/text_schedule.h"
#include "tests/core/networks/texts_of.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Ids = std::vector<int64_t>;

/// Logits of one text after prompts of several lengths.
struct Expected {
    explicit Expected(const std::string& name)
        : json(texts_of_transformers(name)), weights(Weights::open(language_model(name + ".safetensors"), {})) {
        lengths = json.at("lengths").get<Ids>();
        every = json.at("every").get<int64_t>();
        ids = taken("ids", lengths.back());
        text = taken("text", 171);
        logits = weights.take("logits", {static_cast<int64_t>(lengths.size()), 11, 400});
    }

    Ids taken(const char* name, int64_t count) const {
        const at::Tensor tensor = weights.take(name, {count});
        return {tensor.const_data_ptr<int64_t>(), tensor.const_data_ptr<int64_t>() + count};
    }

    Json json;
    Weights weights;
    Ids lengths, ids, text;
    int64_t every = 1;
    at::Tensor logits;
};

class Model {
public:
    explicit Model(const std::string& name, const Weights::Placement& placement = {})
        : folder_(language_model(name)),
          layers_(network_half(folder_.family()).probe(folder_, placement, {.tokens = 2}).layers,
                  folder_.weights("model", placement)) {}

    struct Text {
        Ids source, tokens;
    };

    /// For each text the logits [tokens, vocabulary] after each of its tokens.
    std::vector<at::Tensor> logits_of(const std::vector<Text>& texts, int64_t rows_together) const {
        TextSchedule schedule({rows_together, 10000});
        for (size_t i = 0; i < texts.size(); ++i)
            schedule.put(static_cast<int64_t>(i), {.max_new = static_cast<int64_t>(texts[i].tokens.size()),
                                                   .source = static_cast<int64_t>(texts[i].source.size())});
        Memory memory;
        std::vector<std::vector<at::Tensor>> logits(texts.size());
        for (size_t done = 0; done < texts.front().tokens.size();) {
            State state;
            state.memory = &memory;
            state.text = std::make_shared<const TextStep>(schedule.next());
            Ids ids;
            for (const TextStep::Row& row : state.text->rows) {
                const auto slot = static_cast<size_t>(row.slot);
                if (state.text->encodes)
                    ids = texts[slot].source;
                else
                    ids.push_back(slot < texts.size() ? texts[slot].tokens[done] : 0);
            }
            const auto rows = static_cast<int64_t>(state.text->rows.size());
            state.hidden = at::tensor(ids, at::kLong).view({rows, -1});
            layers_.run(state);
            if (state.text->encodes) continue;
            for (size_t i = 0; i < texts.size(); ++i)
                logits[i].push_back(state.hidden[static_cast<int64_t>(i)].view({-1}).to(at::kFloat));
            ++done;
        }
        std::vector<at::Tensor> stacked;
        for (const auto& rows : logits) stacked.push_back(at::stack(rows));
        return stacked;
    }

private:
    ModelFolder folder_;
    LayerSequence layers_;
};

std::vector<Model::Text> texts_of(const Expected& expected) {
    std::vector<Model::Text> texts;
    for (const int64_t length : expected.lengths)
        texts.push_back({{expected.ids.begin(), expected.ids.begin() + length}, expected.text});
    return texts;
}

}  // namespace

class TstEncoderDecoder : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"t5", "t5_gated"}) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void logitsAreThoseOfTransformers_data() { models(); }
    void logitsAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const auto made = Model(name.toStdString()).logits_of(texts_of(expected), 7);
        for (size_t i = 0; i < made.size(); ++i) {
            const at::Tensor some = made[i].slice(0, 0, std::nullopt, expected.every);
            const double off = (some - expected.logits[static_cast<int64_t>(i)]).abs().max().item<double>();
            QVERIFY2(off < 1e-4, qPrintable(QString("after %1 tokens: %2").arg(expected.lengths[i]).arg(off)));
        }
    }

    void rowsDoNotAffectEachOther_data() { models(); }
    void rowsDoNotAffectEachOther() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        std::vector<Model::Text> texts = texts_of(Expected(name.toStdString()));
        for (Model::Text& text : texts) text.tokens.resize(12);
        std::reverse(texts[1].tokens.begin() + 1, texts[1].tokens.end());
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const Model model(name.toStdString(), {.dtype = dtype});
            const auto made = model.logits_of(texts, 8), turned = model.logits_of({texts.rbegin(), texts.rend()}, 8);
            for (size_t i = 0; i < texts.size(); ++i) QVERIFY(at::equal(made[i], turned[texts.size() - 1 - i]));
        }
    }

    void bfloat16IsClose_data() { models(); }
    void bfloat16IsClose() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::vector<Model::Text> texts = texts_of(Expected(name.toStdString()));
        const at::Tensor exact = Model(name.toStdString()).logits_of({texts[2]}, 1).front();
        for (const at::ScalarType dtype : {at::kBFloat16, at::kHalf}) {
            const at::Tensor rounded = Model(name.toStdString(), {.dtype = dtype}).logits_of({texts[2]}, 1).front();
            const double off = (rounded - exact).abs().mean().item<double>();
            QVERIFY2(off > 0 && off < 0.05 * exact.abs().max().item<double>(), QByteArray::number(off).constData());
        }
    }
};

FANLIGHT_TEST(TstEncoderDecoder)
#include "tst_encoder_decoder.moc"
