#include "core/samplers/sampler.h"

#include <QtTest>

#include "core/base/text.h"
#include "core/batch/names.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/seeded_noise.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::optional<double> eta_of(const Json& loop) {
    return loop.contains("eta") ? std::optional(loop.at("eta").get<double>()) : std::nullopt;
}

}  // namespace

class TestSampler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAreThoseOfTheBatch();
    void evaluationsBelongToSteps();
    void everyStepIsTheReferences_data();
    void everyStepIsTheReferences();
    void aPerfectNetworkLeadsToItsPicture_data();
    void aPerfectNetworkLeadsToItsPicture();
};

void TestSampler::namesAreThoseOfTheBatch() {
    std::vector<std::string> names;
    for (const SamplerName& sampler : sampler_names()) {
        names.push_back(sampler.name);
        QVERIFY(make_sampler(sampler.name, "default", Json::object(), {.steps = 4}) != nullptr);
    }
    try {
        make_sampler("plms", "default", Json::object(), {.steps = 4});
        QFAIL("an unknown name was taken");
    } catch (const Error& error) {
        QCOMPARE(std::string(error.what()), "The sampler \"plms\" is not known; known are " + listed(names).text());
    }
}

void TestSampler::evaluationsBelongToSteps() {
    const auto steps = [](const char* sampler, const Json& config) {
        const auto method = make_sampler(sampler, "default", config, {.steps = 4});
        QList<int> steps;
        for (size_t i = 0; i < method->timesteps().size(); ++i) steps << static_cast<int>(method->step_of(i));
        return steps;
    };
    for (const char* one : {"ddim", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_sde", "dpmpp_3m_sde", "dpmpp_2s",
                            "lms", "deis", "unipc", "ddpm", "lcm", "tcd"})
        QCOMPARE(steps(one, Json::object()), (QList<int>{0, 1, 2, 3}));
    for (const char* two : {"heun", "restart", "dpm2", "dpm2_ancestral", "dpmpp_sde", "dpmpp_2s_ancestral"})
        QCOMPARE(steps(two, Json::object()), (QList<int>{0, 0, 1, 1, 2, 2, 3}));
    QCOMPARE(steps("heunpp2", Json::object()), (QList<int>{0, 0, 0, 1, 1, 1, 2, 2, 3}));
    QCOMPARE(steps("pndm", {{"skip_prk_steps", true}}), (QList<int>{0, 0, 1, 2, 3}));
    QCOMPARE(steps("pndm", Json::object()), (QList<int>{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3}));
    const auto late = make_sampler("heun", "default", Json::object(), {.steps = 4});
    late->skip(2);
    QCOMPARE(late->step_of(0), size_t{2});
    QCOMPARE(late->step_of(2), size_t{3});
    const auto last = make_sampler("heunpp2", "default", Json::object(), {.steps = 4});
    last->skip(3);
    QCOMPARE(last->timesteps().size(), size_t{1});
    QCOMPARE(last->step_of(0), size_t{3});
}

void TestSampler::everyStepIsTheReferences_data() {
    QTest::addColumn<QByteArray>("loop");
    int number = 0;
    const Json loops = golden("loops.json");
    for (const Json& loop : loops.at("loops")) {
        const auto text = [&](const char* key) { return loop.at(key).get<std::string>(); };
        const std::string name =
            std::to_string(number++) + " " + text("sampler") + " " + text("schedule") + " " + text("dtype");
        QTest::newRow(name.c_str()) << QByteArray::fromStdString(loop.dump());
    }
}

void TestSampler::everyStepIsTheReferences() {
    QFETCH(QByteArray, loop);
    const Json expected = Json::parse(loop.begin(), loop.end());
    const std::string dtype = expected.at("dtype");
    const auto sampler = make_sampler(expected.at("sampler"), expected.at("schedule"), expected.at("config"),
                                      {.steps = expected.at("steps"), .eta = eta_of(expected)});
    SeededNoise noise(reference_seeds, {1, 4, 4, 4}, dtype_named(dtype), at::kCPU);
    const at::Tensor x = noise.draw() * sampler->init_noise_sigma();
    QVERIFY(difference(x, unpacked(expected.at("start"), {2, 4, 4, 4})) <= 1e-6);
    const double worst = largest_difference(*sampler, x, noise, expected.at("x"));
    QVERIFY2(worst <= tolerance_of(dtype), std::to_string(worst).c_str());
}

void TestSampler::aPerfectNetworkLeadsToItsPicture_data() {
    QTest::addColumn<QString>("sampler");
    for (const SamplerName& sampler : sampler_names())
        QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
}

void TestSampler::aPerfectNetworkLeadsToItsPicture() {
    QFETCH(QString, sampler);
    const Json config = {
        {"beta_schedule", "scaled_linear"}, {"beta_start", 0.00085},   {"beta_end", 0.012}, {"clip_sample", false},
        {"skip_prk_steps", true},           {"set_alpha_to_one", true}};
    const auto alphas = alphas_cumprod(SchedulerConfig(config, "ddim", "default"));
    const at::Tensor picture = at::linspace(-1, 1, 64).view({1, 4, 4, 4});

    const auto method = make_sampler(sampler.toStdString(), "trailing", config, {.steps = 25});
    SeededNoise noise(reference_seeds, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    at::Tensor x = noise.draw() * method->init_noise_sigma();
    for (size_t i = 0; i < method->timesteps().size(); ++i) {
        const double sigma = method->sigmas().empty() ? 0 : method->sigmas()[i];
        const double a =
            method->sigmas().empty() ? alphas[static_cast<size_t>(method->timesteps()[i])] : 1 / (sigma * sigma + 1);
        const at::Tensor predicted = (method->scale_model_input(x, i) - picture * std::sqrt(a)) / std::sqrt(1 - a);
        QVERIFY(difference(method->predicted(predicted, i, x), picture.expand_as(x)) < 1e-4);
        x = method->step(predicted, i, x, noise);
    }
    const bool keeps_weakest_noise = sampler == "deis" || sampler == "tcd";
    QVERIFY(difference(x, picture.expand_as(x)) < (keeps_weakest_noise ? 0.15 : 0.02));
}

FANLIGHT_TEST(TestSampler)
#include "tst_sampler.moc"
