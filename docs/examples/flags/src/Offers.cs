using OpenFeature;

public class Offers
{
    private readonly IFeatureClient client = Api.Instance.GetClient();

    public async Task<bool> AreShown()
    {
        return await client.GetBooleanValueAsync("summer-offers", false);
    }
}
