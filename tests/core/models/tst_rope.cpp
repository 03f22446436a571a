// Rotary position embeddings: the frequencies of transformers for every variant (tests/golden/data/language_models).

#include <ATen/ATen.h>

#include <QTest>

#include "core/models/rope.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstRope : public QObject {
    Q_OBJECT

    static Json config_of(const Json& parameters) { return {{"rope_parameters", parameters}}; }

private Q_SLOTS:
    void frequenciesAreThoseOfTransformers() {
        const Json cases = read_json_file(source_path("/tests/golden/data/language_models/rope_cases.json"));
        QVERIFY(cases.at("cases").size() >= 8);
        for (const Json& expected : cases.at("cases")) {
            const std::string name = expected.at("name");
            const Rope rope(RopeConfig(config_of(expected.at("rope_parameters")), {}, expected.at("head_dim"),
                                       expected.at("max_position_embeddings"), name));
            const at::Tensor made = rope.frequencies(optional_or<int64_t>(expected, "seq_len", 1, name));
            const at::Tensor wanted = at::tensor(expected.at("inv_freq").get<std::vector<float>>());
            QCOMPARE(made.sizes().vec(), wanted.sizes().vec());
            QVERIFY2(((made - wanted).abs() <= 1e-6 * wanted).all().item<bool>(), name.c_str());
            QVERIFY2(std::abs(rope.attention_factor() - expected.at("attention_factor").get<double>()) < 1e-9,
                     name.c_str());
        }
    }

    /// Before transformers 5: "rope_theta" and "rope_scaling", with "type" and Phi-3's names.
    void olderFormsMeanTheSame() {
        const Json older = {{"rope_theta", 5e5},
                            {"rope_scaling",
                             {{"type", "llama3"},
                              {"factor", 8.0},
                              {"low_freq_factor", 1.0},
                              {"high_freq_factor", 4.0},
                              {"original_max_position_embeddings", 64}}}};
        Json newer = older.at("rope_scaling");
        newer["rope_theta"] = 5e5;
        const Rope a(RopeConfig(older, {}, 16, 512, "a")), b(RopeConfig(config_of(newer), {}, 16, 512, "b"));
        QVERIFY(at::equal(a.frequencies(1), b.frequencies(1)));
        const Json su = {{"original_max_position_embeddings", 64},
                         {"rope_scaling", {{"type", "su"}, {"short_factor", {1, 1}}, {"long_factor", {2, 3}}}}};
        const RopeConfig long_rope(su, {}, 4, 512, "su");
        QVERIFY(long_rope.kind == RopeConfig::Kind::LongRope && long_rope.factor == 8);
        const RopeConfig plain({{"rope_scaling", nullptr}, {"rope_theta", 7.0}}, {}, 4, 512, "plain");
        QVERIFY(plain.kind == RopeConfig::Kind::Default && plain.theta == 7);
    }

    void unknownTypesAreRefused() {
        try {
            const RopeConfig config({{"rope_scaling", {{"rope_type", "spiral"}}}}, {}, 16, 512, "config.json");
            QFAIL("not refused");
        } catch (const Error& error) {
            const QString sentence = error.what();
            QVERIFY2(sentence.contains("spiral") && sentence.contains("llama3") && sentence.contains("yarn"),
                     error.what());
        }
    }

    /// A text's neighbours do not change which factors it gets.
    void eachRowHasItsOwnFrequencies() {
        const Json parameters = {{"rope_type", "longrope"},
                                 {"short_factor", {1.0, 1.5}},
                                 {"long_factor", {3.0, 4.0}},
                                 {"original_max_position_embeddings", 8}};
        const Rope rope(RopeConfig(config_of(parameters), {}, 4, 64, "config.json"));
        TextStep both, one;
        both.rows = {{.slot = 0, .start = 5, .longest = 6}, {.slot = 1, .start = 40, .longest = 41}};
        both.slots = 2;
        one.rows = {both.rows.front()};
        both.last_position = one.last_position = 63;
        const at::Tensor x = at::rand({2, 1, 3, 4});
        QVERIFY(at::equal(rope(both, x)[0], rope(one, x.narrow(0, 0, 1))[0]));
    }
};

FANLIGHT_TEST(TstRope)
#include "tst_rope.moc"
