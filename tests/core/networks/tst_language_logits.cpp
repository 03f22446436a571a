// Logits of language models are those of transformers, and what a row gets does not depend on slot and neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "tests/core/networks/logits_of.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t context = 256;

/// The ids of the long text, and the logits after its beginnings.
struct Expected {
    explicit Expected(const std::string& name)
        : json(texts_of_transformers(name)),
          weights(Weights::open(language_model(name + ".safetensors"), {})),
          lengths(json.at("lengths").get<std::vector<int64_t>>()) {
        const at::Tensor tensor = weights.take("ids", {context});
        ids.assign(tensor.const_data_ptr<int64_t>(), tensor.const_data_ptr<int64_t>() + context);
        logits = weights.take("logits", {static_cast<int64_t>(lengths.size()), 400});
    }

    std::vector<int64_t> beginning(int64_t length) const { return {ids.begin(), ids.begin() + length}; }

    Json json;
    Weights weights;
    std::vector<int64_t> lengths, ids;
    at::Tensor logits;
};

std::vector<int64_t> rotated(std::vector<int64_t> ids, int by) {
    std::rotate(ids.begin(), ids.begin() + by, ids.end());
    return ids;
}

}  // namespace

class TstLanguageLogits : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : language_models) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void logitsAreThoseOfTransformers_data() { models(); }
    void logitsAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const LanguageLayers layers(name.toStdString());
        for (size_t i = 0; i < expected.lengths.size(); ++i) {
            const at::Tensor made =
                layers.logits_of({{expected.beginning(expected.lengths[i]), {}}}, 1, context).front()[0];
            const double off = (made - expected.logits[static_cast<int64_t>(i)]).abs().max().item<double>();
            QVERIFY2(off < 1e-4, qPrintable(QString("%1 tokens: %2").arg(expected.lengths[i]).arg(off)));
        }
    }

    /// A token at a time: what the cache holds is what reading the whole text would give.
    void cachedTokensCount_data() { models(); }
    void cachedTokensCount() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const LanguageLayers layers(name.toStdString());
        const auto ids = expected.json.at("long").at("ids").get<std::vector<int64_t>>();
        const auto prompt = expected.json.at("long").at("prompt_ids").get<std::vector<int64_t>>();
        const at::Tensor logits = layers.logits_of({{prompt, {ids.begin(), ids.end() - 1}}}, 1, context).front();
        for (size_t i = 0; i < ids.size(); ++i) {
            at::Tensor own = logits[static_cast<int64_t>(i)].clone();
            own[0] = own[1] = -1e9;  // the ends, which the reference was not to choose
            QCOMPARE(own.argmax().item<int64_t>(), ids[i]);
        }
        for (size_t i = 0; i < expected.lengths.size(); ++i) {
            const int64_t length = expected.lengths[i], read = std::max<int64_t>(1, length - 20);
            const std::vector<int64_t> all = expected.beginning(length);
            const at::Tensor made =
                layers.logits_of({{expected.beginning(read), {all.begin() + read, all.end()}}}, 1, context)
                    .front()[length - read];
            const double off = (made - expected.logits[static_cast<int64_t>(i)]).abs().max().item<double>();
            QVERIFY2(
                off < 1e-4,
                qPrintable(QString("%1 tokens: %2 of %3").arg(length).arg(off).arg(made.abs().max().item<double>())));
        }
    }

    /// With LongRoPE all of a text that outgrows the original context is computed with the long factors, and its cache
    /// is thrown away: each token is that of a prompt with all tokens before it.
    void textsThatOutgrowTheirRotationAreReadAnew() {
        const c10::InferenceMode inference;
        const Json crossing = texts_of_transformers("phi3").at("crossing");
        const LanguageLayers layers("phi3");
        auto text = crossing.at("prompt_ids").get<std::vector<int64_t>>();
        const auto ids = crossing.at("ids").get<std::vector<int64_t>>();
        QVERIFY(text.size() < 70 && text.size() + ids.size() > 100);
        for (const int64_t id : ids) {
            const at::Tensor own = layers.logits_of({{text, {}}}, 1, context).front()[0].clone();
            own[0] = own[1] = -1e9;  // the ends, which the reference was not to choose
            QCOMPARE(own.argmax().item<int64_t>(), id);
            text.push_back(id);
        }
    }

    void bfloat16IsClose_data() { models(); }
    void bfloat16IsClose() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const std::vector<LanguageLayers::Text> texts = {{expected.beginning(40), expected.beginning(3)},
                                                         {expected.beginning(150), expected.beginning(3)}};
        const auto exact = LanguageLayers(name.toStdString()).logits_of(texts, 3, context);
        const auto rounded = LanguageLayers(name.toStdString(), {.dtype = at::kBFloat16}).logits_of(texts, 3, context);
        for (size_t row = 0; row < texts.size(); ++row) {
            QVERIFY(rounded[row].scalar_type() == at::kBFloat16);
            const double off = (rounded[row].to(at::kFloat) - exact[row]).abs().mean().item<double>();
            QVERIFY2(off < 0.05 * exact[row].abs().max().item<double>(), QByteArray::number(off).constData());
        }
    }

    /// What measuring the layers' times runs, one layer after the other.
    void probesRun_data() { models(); }
    void probesRun() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const ModelFolder folder(language_model(name.toStdString()));
        const Probe probe = network_half(folder.family()).probe(folder, {}, {.tokens = 100, .batch_size = 4});
        State state = probe.first;
        Memory memory;
        state.memory = &memory;
        for (const LayerPlan& plan : probe.layers) plan.make()(state);
        QVERIFY((state.hidden.sizes().vec() == std::vector<int64_t>{4, 1, 400}));
    }

    void rowsDoNotAffectEachOther_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("slots");
        QTest::addColumn<bool>("rounded");
        for (const char* name : language_models) {
            for (const int slots : {3, 4, 8, 32}) QTest::addRow("%s %d", name, slots) << name << slots << false;
            QTest::addRow("%s 8 in bfloat16", name) << name << 8 << true;
        }
    }
    void rowsDoNotAffectEachOther() {
        QFETCH(QString, name);
        QFETCH(int, slots);
        QFETCH(bool, rounded);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const LanguageLayers layers(name.toStdString(), {.dtype = rounded ? at::kBFloat16 : at::kFloat});
        const std::vector<LanguageLayers::Text> texts = {{expected.beginning(5), rotated(expected.beginning(6), 1)},
                                                         {expected.beginning(200), rotated(expected.beginning(6), 2)},
                                                         {expected.beginning(40), rotated(expected.beginning(6), 3)}};
        const auto made = layers.logits_of(texts, slots, context);
        const auto turned = layers.logits_of({texts[2], texts[0], texts[1]}, slots, context);
        const auto others = layers.logits_of({texts[2], texts[2], texts[0]}, slots, context);
        QVERIFY(at::equal(made[0], turned[1]) && at::equal(made[1], turned[2]) && at::equal(made[2], turned[0]));
        QVERIFY(at::equal(made[0], others[2]) && at::equal(made[2], others[1]) && at::equal(others[0], others[1]));
        std::vector<LanguageLayers::Text> last(static_cast<size_t>(slots), texts[1]);
        last.back() = texts[0];
        QVERIFY(at::equal(made[0], layers.logits_of(last, slots, context).back()));
        if (rounded) return;
        // Nor does it depend on whether texts that have ended go on, as far as kernels of our own compute it.
        std::vector<LanguageLayers::Text> shorter = texts;
        shorter[0].next.resize(2);
        shorter[2].next.resize(4);
        const auto left_out = layers.logits_of(shorter, slots, context, /*leaves_out_ended=*/true);
        QVERIFY(at::equal(made[0].narrow(0, 0, 3), left_out[0]) && at::equal(made[1], left_out[1]) &&
                at::equal(made[2].narrow(0, 0, 5), left_out[2]));
    }
};

FANLIGHT_TEST(TstLanguageLogits)
#include "tst_language_logits.moc"
