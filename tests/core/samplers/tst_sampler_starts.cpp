#include <QTest>

#include "core/batch/names.h"
#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

ScheduleRequest started_request(const Json& loop) {
    const int steps = loop.at("steps");
    const bool flow = loop.at("flow"), even = flow && loop.at("even").get<bool>();
    return {.steps = steps,
            .first_step = first_step(steps, loop.at("strength"), flow),
            .flow = flow,
            .sigmas = even ? even_sigmas(steps) : std::vector<double>{},
            .image_tokens = flow ? loop.at("image_tokens").get<int64_t>() : 0};
}

}  // namespace

/// A picture that is there already, noised and denoised by the last of the steps: image to image.
class TestSamplerStarts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyStepIsTheReferences_data() {
        QTest::addColumn<QByteArray>("loop");
        int number = 0;
        const Json loops = golden("starts.json");
        for (const Json& loop : loops.at("loops")) {
            const std::string name = std::to_string(number++) + " " + loop.at("sampler").get<std::string>() + " " +
                                     loop.at("dtype").get<std::string>() + (loop.at("flow").get<bool>() ? " flow" : "");
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(loop.dump());
        }
    }

    void everyStepIsTheReferences() {
        QFETCH(QByteArray, loop);
        const Json expected = Json::parse(loop.begin(), loop.end());
        const std::string dtype = expected.at("dtype");
        const ScheduleRequest request = started_request(expected);
        QCOMPARE(request.first_step, expected.at("first_step").get<int>());
        const auto sampler = make_sampler(expected.at("sampler"), "default", expected.at("config"), request);

        SeededNoise noise(reference_seeds, {1, 4, 4, 4}, dtype_named(dtype), at::kCPU);
        const at::Tensor picture = at::linspace(-2, 2, 128).view({2, 4, 4, 4}).to(dtype_named(dtype));
        const at::Tensor x = sampler->noised(picture, noise.draw());
        QCOMPARE(x.scalar_type(), dtype_named(dtype));
        QVERIFY(difference(x, unpacked(expected.at("start"), {2, 4, 4, 4})) <= tolerance_of(dtype));
        const double worst = largest_difference(*sampler, x, noise, expected.at("x"), expected.at("predicted"));
        QVERIFY2(worst <= tolerance_of(dtype), std::to_string(worst).c_str());
    }

    void theStepsThatAreLeftAreThoseOfTheWholeWay_data() {
        QTest::addColumn<QString>("sampler");
        for (const SamplerName& sampler : sampler_names())
            QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
    }

    void theStepsThatAreLeftAreThoseOfTheWholeWay() {
        QFETCH(QString, sampler);
        const std::string name = sampler.toStdString();
        const auto whole = make_sampler(name, "default", Json::object(), {.steps = 10}),
                   part = make_sampler(name, "default", Json::object(), {.steps = 10, .first_step = 7});
        QVERIFY(part->timesteps().size() < whole->timesteps().size());
        QVERIFY(std::equal(part->timesteps().rbegin(), part->timesteps().rend(), whole->timesteps().rbegin()));
        QVERIFY(std::equal(part->sigmas().rbegin(), part->sigmas().rend(), whole->sigmas().rbegin()));
        QCOMPARE(part->sigmas().empty() ? 0 : part->sigmas().size() - part->timesteps().size(),
                 size_t(part->sigmas().empty() ? 0 : 1));
    }

    void oneStepAtLeastIsTaken() {
        for (const int first : {-1, 4, 5}) {
            try {
                make_sampler("euler", "default", Json::object(), {.steps = 4, .first_step = first});
                QFAIL("it was taken");
            } catch (const Error& error) {
                QCOMPARE(std::string(error.what()),
                         "The first of 4 steps that is taken must be from 0 to 3, not " + std::to_string(first));
            }
        }
    }

    void theStrengthSaysHowManyStepsAreTaken() {
        QCOMPARE(first_step(10, 1.0, false), 0);
        QCOMPARE(first_step(10, 0.75, false), 3);
        QCOMPARE(first_step(10, 0.75, true), 2);
        QCOMPARE(first_step(10, 0.0, false), 10);
        QCOMPARE(first_step(10, 1.5, true), 0);
    }
};

FANLIGHT_TEST(TestSamplerStarts)
#include "tst_sampler_starts.moc"
