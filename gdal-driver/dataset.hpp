// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_DATASET_HPP
#define GDAL_DRIVER_DATASET_HPP

#include <memory>
#include <vector>

#include <ogrsf_frmts.h>

#include "findings.hpp"
#include "layer.hpp"

struct MapCloser {
    void operator()(struct kiwi_map *map) const
    {
        kiwi_map_close(map);
    }
};

// A disc. As every dataset of GDAL it is used by one thread at a time; datasets of one disc know nothing of
// each other.
class KiwiDataset final : public GDALDataset
{
  public:
    KiwiDataset();
    ~KiwiDataset() override;
    KiwiDataset(const KiwiDataset &) = delete;
    KiwiDataset &operator=(const KiwiDataset &) = delete;

    // Opens what path is; KIWI_ERROR_NOT_KIWI if it has no map. The dataset is of no use after a failure.
    enum kiwi_status open(const char *path, char **open_options, struct kiwi_error *error);

    int GetLayerCount() override
    {
        return static_cast<int>(m_layers.size());
    }
    OGRLayer *GetLayer(int index) override;
    int TestCapability(const char *capability) override;

    struct kiwi_disc *disc() const
    {
        return m_disc;
    }
    Findings *findings()
    {
        return &m_findings;
    }
    OGRSpatialReference *reference() const
    {
        return m_reference;
    }

    // File and offset of a feature's record, which is the same in all sessions; OGRNullFID if they do not
    // fit.
    GIntBig fid(const struct feature &feature);

    // The box in WGS 84 of the parcel of a level whose frame has the record of a feature; false if there is
    // none.
    bool find_parcel(int level, GIntBig fid, struct kiwi_box *box);

  private:
    void add_layers(const struct options &wanted);
    void add_levels(const struct options &wanted);
    void add_routes(const struct options &wanted);
    void add_index(const struct options &wanted);
    void add_layer(Content content, const struct options &wanted, const int *level,
                   const struct kiwi_box *box);
    void describe();
    void describe_volume();

    struct kiwi_disc *m_disc = nullptr;
    std::unique_ptr<struct kiwi_map, MapCloser> m_map;
    OGRSpatialReference *m_reference;
    std::vector<std::unique_ptr<KiwiLayer>> m_layers;
    Findings m_findings;
    size_t m_file = 0; // that the last feature was of
};

#endif
